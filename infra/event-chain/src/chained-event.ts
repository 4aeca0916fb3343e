import { hash } from "node:crypto";
import { canonicalJson, type JsonObject, parseStream } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { z } from "zod";

/** An event as a segment has it: a line of JSON, chained to the one before. */
export const ChainedEvent = z.strictObject({
  position: z.string(),
  stream: z.string(),
  revision: z.string(),
  id: z.string(),
  type: z.string(),
  at: z.iso.datetime(),
  data: z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
  metadata: z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
  /** Of all that is above, so that an event that was changed is told from one that was left out; not in the oldest. */
  digest: z.string().optional(),
  /** SHA-256, in hex, of the previous event's link and all that is above `digest`, as canonical JSON. */
  link: z.string(),
});
export type ChainedEvent = z.output<typeof ChainedEvent>;

/** What is told of an event, and chained. */
export type ToldEvent = Omit<ChainedEvent, "digest" | "link">;

/** The link before the first event's: 32 zero bytes. */
export const CHAIN_START = "0".repeat(64);

/** Whether events of such a stream are in their tenant's chain: those of its backups tell of the chain itself. */
export const isChained = (stream: string): boolean => parseStream(stream)?.aggregate !== "backups";

export const toldOf = (event: RecordedEvent): ToldEvent => ({
  position: String(event.position),
  stream: event.stream,
  revision: String(event.revision),
  id: event.id,
  type: event.type,
  at: event.at.toISOString(),
  data: event.data as JsonObject,
  metadata: event.metadata as JsonObject,
});

/** A line of a segment, and what the next one is chained to. */
export interface ChainedLine {
  readonly line: string;
  readonly link: string;
}

/** Chains an event to the one before: whoever changes, leaves out or adds one changes every link after it. */
export function chainedLine(previous: string, event: RecordedEvent): ChainedLine {
  const text = textOf(toldOf(event));
  const link = hash("sha256", previous + text);
  // The very text that is hashed, with what comes of it at its end: who reads it need not write it again.
  return { line: `${text.slice(0, -1)},"digest":"${digestOfText(text)}","link":"${link}"}`, link };
}

export const chained = (previous: string, event: RecordedEvent): ChainedEvent =>
  JSON.parse(chainedLine(previous, event).line);

/** What a line holds, right or not. Throws where it is none of a segment. */
export const parseLine = (line: string): ChainedEvent => ChainedEvent.parse(JSON.parse(line));

const TAIL_LENGTH = `,"digest":"","link":""}`.length + 32 + 64;
/** What a line says beside the text that is hashed; nothing else may stand there, for it would not be proven. */
const TAIL = /,"digest":"[0-9a-f]{32}","link":"([0-9a-f]{64})"\}$/;

/** What a line holds, where it follows what is linked so; undefined where it does not. */
export function follow(previous: string, line: string): ChainedEvent | undefined {
  const tail = TAIL.exec(line.slice(-TAIL_LENGTH));
  // What hashes to its link is what was chained: it needs no other proof of its shape.
  if (tail && hash("sha256", `${previous}${line.slice(0, -tail[0].length)}}`) === tail[1]) return JSON.parse(line);
  // Lines of before have their members in another order.
  const { digest, link, ...told } = parseLine(line);
  return linkOf(previous, told) === link ? { ...told, ...(digest && { digest }), link } : undefined;
}

/** An event's digest, and its link to the one before. */
export function marksOf(previous: string, told: ToldEvent): { readonly digest: string; readonly link: string } {
  const text = textOf(told);
  return { digest: digestOfText(text), link: hash("sha256", previous + text) };
}

export const linkOf = (previous: string, told: ToldEvent): string => hash("sha256", `${previous}${textOf(told)}`);

/** 128 bits of an event's SHA-256, in hex. */
export const digestOf = (told: ToldEvent): string => digestOfText(textOf(told));

const digestOfText = (text: string): string => hash("sha256", text).slice(0, 32);

const textOf = (told: ToldEvent) => canonicalJson(told as unknown as JsonObject);
