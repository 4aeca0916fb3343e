import type { JsonObject } from "@tradesage/contracts";
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
  /** The first 128 bits of it, in hex, so that an event that was changed is told from one that was left out; not in the oldest. */
  digest: z.string().optional(),
  link: z.string(),
});
export type ChainedEvent = z.output<typeof ChainedEvent>;

/** What is told of an event, and chained. */
export type ToldEvent = Omit<ChainedEvent, "digest" | "link">;

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
