import { z } from "zod";
import { AccountId, Position } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import { page, query } from "../messages.ts";

/** One event of a tenant as auditors see it: what happened, who did it, and what led to it. */
export const AuditEntry = z
  .object({
    position: Position,
    eventId: z.uuid(),
    /** The event store's stream, and the event's number in it: from 0, without a gap. */
    stream: z.string(),
    revision: z.string(),
    type: z.string(),
    /** When the event store took it, by its own clock. */
    recordedAt: z.iso.datetime(),
    /** When the request came in that led to it. */
    requestedAt: z.iso.datetime(),
    /** The subject of the token, or the service whose policy acted. */
    actor: z.string(),
    /** The id of the command that it came from. */
    command: z.string(),
    /** Names the outside request that everything began with. */
    correlation: z.string(),
    /** The id of the event that led to the command, where a policy sent it. */
    causation: z.string().optional(),
    /** The number of the schema that `data` has: as it was written, never brought forward. */
    schema: z.int(),
    data: z.custom<JsonObject>((value) => typeof value === "object" && value !== null).meta({ type: "object" }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.output<typeof AuditEntry>;

const name = z.string().min(1).max(200);

export const auditQueries = {
  /** By the event store's clock: `from` is in, `to` is out. A page may be short, or empty, and yet have a next one. */
  auditEvents: query(
    "auditEvents",
    z.object({
      from: z.iso.datetime().optional(),
      to: z.iso.datetime().optional(),
      actor: name.optional(),
      accountId: AccountId.optional(),
      command: name.optional(),
      correlation: name.optional(),
      type: name.optional(),
      limit: z.int().min(1).max(4000).default(1000),
      cursor: Position.optional(),
    }),
    page(AuditEntry),
  ),
} as const;
