import { z } from "zod";
import { IdempotencyKey, PLATFORM, Position, TenantId } from "./ids.ts";
import type { JsonObject } from "./json.ts";

const data = z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value));

/** The scope that a message belongs to: a tenant, or the platform. */
export const Scope = z.union([z.literal(PLATFORM), TenantId]);
export type Scope = z.output<typeof Scope>;

/** A command as it travels on the bus. The gateway made it; time and ids are in it, so that deciding stays pure. */
export const CommandEnvelope = z.strictObject({
  command: z.string(),
  data,
  tenant: Scope,
  /** The subject of the token, or the name of the service whose policy sends it (`service:paper-venue`). */
  actor: z.string().min(1).max(200),
  idempotencyKey: IdempotencyKey,
  /** False where the gateway made the key, since its client gave none: then nobody can repeat the command. */
  repeatable: z.boolean().default(true),
  /** Groups everything that followed from one outside request. */
  correlation: z.string().max(200),
  /** The id of the event that led to this command, where a policy sent it. */
  causation: z.string().max(200).optional(),
  /** When the request came in: ISO 8601, UTC. */
  at: z.iso.datetime(),
});
export type CommandEnvelope = z.input<typeof CommandEnvelope>;

/** What is known of an event beside its data. */
export const EventMetadata = z.object({
  tenant: Scope,
  actor: z.string(),
  /** Id of the command that it came from. */
  command: z.string(),
  /** SHA-256 of the command's canonical JSON, hex: the same key with another body is refused by it. */
  digest: z.string(),
  correlation: z.string(),
  causation: z.string().optional(),
  at: z.iso.datetime(),
  schema: z.int().positive(),
  traceparent: z.string().optional(),
  /**
   * Revision of the last event that was written together with this one, where several commands were: the position of
   * that event is what the command answered.
   */
  through: z.string().optional(),
});
export type EventMetadata = z.output<typeof EventMetadata>;

/** What an accepted command answers, the first time and every other. */
export const CommandReply = z
  .object({
    commandId: z.uuid(),
    /** Where its last event stands in the whole history: give it to a query as `after` to read your own write. */
    position: Position,
    /** Its last event's number in its stream. */
    revision: z.string(),
    events: z.array(z.object({ type: z.string(), data })),
  })
  .meta({ id: "CommandReply" });
export type CommandReply = z.output<typeof CommandReply>;

/** A query as it travels on the bus. */
export const QueryEnvelope = z.strictObject({
  query: z.string(),
  data,
  tenant: Scope,
  /** Answer only once the read model has passed this position. */
  after: Position.optional(),
});
export type QueryEnvelope = z.output<typeof QueryEnvelope>;

/** A query's answer, and how far the read model had come when it was taken. */
export const QueryReply = z.object({ position: Position, answer: z.unknown() });
export interface QueryReply {
  readonly position: Position;
  readonly answer: unknown;
}
