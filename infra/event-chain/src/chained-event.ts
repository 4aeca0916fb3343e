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

/** Chains an event to the one before: whoever changes, leaves out or adds one changes every link after it. */
export function chained(previous: string, event: RecordedEvent): ChainedEvent {
  const told = toldOf(event);
  return { ...told, digest: digestOf(told), link: linkOf(previous, told) };
}

export const linkOf = (previous: string, told: ToldEvent): string => hash("sha256", `${previous}${textOf(told)}`);

/** 128 bits of an event's SHA-256, in hex. */
export const digestOf = (told: ToldEvent): string => hash("sha256", textOf(told)).slice(0, 32);

const textOf = (told: ToldEvent) => canonicalJson(told as unknown as JsonObject);
