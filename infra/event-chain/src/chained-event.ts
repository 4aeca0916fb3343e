import { hash } from "node:crypto";
import { canonicalJson, type JsonObject } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { z } from "zod";

/** An event as a line of a segment has it, chained to the one before. */
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
  /** SHA-256, in hex, of the previous event's link and the text of all that is above `digest`. */
  link: z.string(),
});
export type ChainedEvent = z.output<typeof ChainedEvent>;

/** What is told of an event, and chained. */
export type ToldEvent = Omit<ChainedEvent, "digest" | "link">;

/** The link before the first event's: 32 zero bytes. */
export const CHAIN_START = "0".repeat(64);

/** Whether events of such a stream are in their tenant's chain: those of its backups tell of the chain itself. */
export const isChained = (stream: string): boolean => !OF_BACKUPS.test(stream);
const OF_BACKUPS = /^[a-z][a-z0-9_]*-backups-/;

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

/** An event's digest, and its link to the one before. */
export function marksOf(previous: string, told: ToldEvent): { readonly digest: string; readonly link: string } {
  const text = textOf(told);
  return { digest: digestOfText(text), link: linkOfText(previous, text) };
}

export const linkOf = (previous: string, told: ToldEvent): string => linkOfText(previous, textOf(told));

export const linkOfText = (previous: string, text: string): string => hash("sha256", previous + text);

/** 128 bits of an event's SHA-256, in hex. */
export const digestOf = (told: ToldEvent): string => digestOfText(textOf(told));

export const digestOfText = (text: string | Buffer): string => hash("sha256", text).slice(0, 32);

/** The text of which the event store's own chain is made, and lines of older releases: members in the order of their names. */
export const textOf = (told: ToldEvent) => canonicalJson(told as unknown as JsonObject);
