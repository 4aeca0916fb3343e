import { hash } from "node:crypto";
import { canonicalJson, type JsonObject } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";

/** What a text begins with, and what stands before the data and the metadata. */
export const BEGIN = '{"position":';
export const DATA = ',"data":';
export const METADATA = ',"metadata":';
const BETWEEN = Buffer.from(METADATA);

/**
 * What is digested of an event, and what its line in a segment begins with: a JSON object of its position, stream,
 * revision, id, type, time, data and metadata, the last two as the bytes that the event store keeps.
 */
export function textOf({ position, stream, revision, id, type, at, isJson, data, metadata }: KeptEvent): Buffer {
  const names = `"stream":${JSON.stringify(stream)},"revision":"${revision}","id":${JSON.stringify(id)},"type":${JSON.stringify(type)}`;
  return Buffer.concat([
    Buffer.from(`${BEGIN}"${position}",${names},"at":"${at.toISOString()}"${DATA}`),
    isJson ? onOneLine(data) : written(data),
    BETWEEN,
    onOneLine(metadata),
    BRACE,
  ]);
}

export const BRACE: Buffer = Buffer.from("}");
const [NEWLINE, OPENING] = [0x0a, 0x7b];

/** An event's digest: SHA-256, in hex, of its text. */
export const digestOf = (event: KeptEvent): string => sumOf(textOf(event));

/** SHA-256, in hex. */
export const sumOf = (text: Buffer | string): string => hash("sha256", text);

/** Our services write JSON objects on one line; what another program has laid out otherwise is written anew. */
const onOneLine = (json: Buffer): Buffer =>
  json[0] === OPENING && !json.includes(NEWLINE) ? json : written(parsed(json));

const written = (value: unknown): Buffer => Buffer.from(canonicalJson(value as JsonObject));

function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString());
  } catch {
    return json;
  }
}
