import { z } from "zod";
import { AccountId, InstrumentSymbol, Position } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { query } from "../messages.ts";

/** A place in a tenant's history: a position, or a time of the event store's clock. What happened there is in it. */
export const Moment = z
  .union([Position, z.iso.datetime()], "a position, or a time as ISO 8601 in UTC")
  .meta({ id: "Moment", example: "2026-01-15T10:00:00Z" });
export type Moment = z.output<typeof Moment>;

/** The last event that is in what is told; absent where nothing had happened yet. */
export const LastEvent = z.object({ position: Position, recordedAt: z.iso.datetime() }).meta({ id: "LastEvent" });
export type LastEvent = z.output<typeof LastEvent>;

const Json = z.custom<JsonValue>((value) => value !== undefined);

/** A value that differs between two moments: absent where it was not there. */
export const Change = z
  .object({
    /** RFC 6901. A list's elements are told by the path of the list, whichever place they had in it. */
    path: z.string(),
    before: Json.optional(),
    after: Json.optional(),
  })
  .meta({ id: "Change" });
export type Change = z.output<typeof Change>;

/** What an aggregate was, as its own code folds its events: decimals are strings. */
export const StateAsOf = z
  .object({
    last: LastEvent.optional(),
    state: Json,
    /** With `since`: what is different from what it was then. */
    changes: z.array(Change).optional(),
  })
  .meta({ id: "StateAsOf" });
export type StateAsOf = z.output<typeof StateAsOf>;

/** `at`: now, unless told. `since`: an earlier moment to compare with. */
const moments = { at: Moment.optional(), since: Moment.optional() };
const asOf = {
  ...moments,
  /** RFC 6901: the part of the state that is wanted. */
  path: z
    .string()
    .regex(/^(\/([^~/]|~[01])*)*$/, "a JSON pointer such as /positions")
    .max(300)
    .default(""),
};
/** A question after an aggregate's state, to the service whose aggregate it is. */
export type StateQuestion = z.output<z.ZodObject<typeof asOf>>;

export const stateQueries = {
  accountState: query("accountState", z.object({ accountId: AccountId, ...asOf }), StateAsOf),
  journalState: query("journalState", z.object({ accountId: AccountId, ...asOf }), StateAsOf),
  instrumentState: query("instrumentState", z.object({ symbol: InstrumentSymbol, ...asOf }), StateAsOf),
  tenantState: query("tenantState", z.object(asOf), StateAsOf),
  backupsState: query("backupsState", z.object(asOf), StateAsOf),
} as const;

/** The read models that can be replayed up to a moment. */
export const AuditedModel = z
  .enum([
    "tenants",
    "backups",
    "terminal_keys",
    "desks",
    "desk_terms",
    "instruments",
    "accounts",
    "account_risk",
    "orders",
    "executions",
    "positions",
    "ledger",
    "trade_events",
    "trade_tags",
    "journal_entries",
    "journal_wordings",
  ])
  .meta({ id: "AuditedModel" });
export type AuditedModel = z.output<typeof AuditedModel>;

const Row = z.custom<JsonObject>((value) => typeof value === "object" && value !== null).meta({ type: "object" });

/** A row of a read model by its key; of two moments, with what it was at the earlier one. */
export const RowAsOf = z
  .object({
    /** The fields of its primary key, each percent-encoded, with `/` between them. */
    key: z.string(),
    /** Absent where it was not there any more. */
    row: Row.optional(),
    /** With `since`; absent where it was not there yet. */
    before: Row.optional(),
  })
  .meta({ id: "RowAsOf" });
export type RowAsOf = z.output<typeof RowAsOf>;

export const ModelAsOf = z
  .object({ last: LastEvent.optional(), items: z.array(RowAsOf), next: z.string().optional() })
  .meta({ id: "ModelAsOf" });
export type ModelAsOf = z.output<typeof ModelAsOf>;

export const modelQueries = {
  /** By key. With `since`: the rows that have changed since then. */
  auditModel: query(
    "auditModel",
    z.object({
      model: AuditedModel,
      ...moments,
      accountId: AccountId.optional(),
      limit: z.int().min(1).max(4000).default(1000),
      cursor: z.string().max(300).optional(),
    }),
    ModelAsOf,
  ),
} as const;
