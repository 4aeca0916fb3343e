import { hash } from "node:crypto";
import { canonicalJson, type JsonObject } from "@tradesage/contracts";
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
  /** SHA-256, in hex, of the previous event's link and all that is above, as canonical JSON. */
  link: z.string(),
});
export type ChainedEvent = z.output<typeof ChainedEvent>;

/** Chains an event to the one before: whoever changes, leaves out or adds one changes every link after it. */
export function chained(previous: string, event: RecordedEvent): ChainedEvent {
  const told = {
    position: String(event.position),
    stream: event.stream,
    revision: String(event.revision),
    id: event.id,
    type: event.type,
    at: event.at.toISOString(),
    data: event.data as JsonObject,
    metadata: event.metadata as JsonObject,
  };
  return { ...told, link: linkOf(previous, told) };
}

export const linkOf = (previous: string, told: Omit<ChainedEvent, "link">): string =>
  hash("sha256", `${previous}${canonicalJson(told as unknown as JsonObject)}`);
