import { z } from "zod";

/** A tenant's name. Never holds a dash, so that `<tenant>-…` splits at the first one; `platform` and `all` are ours. */
export const TenantId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{2,30}$/, "3 to 31 of a-z, 0-9 and _, beginning with a letter")
  .refine((id) => !reservedTenants.has(id), "this name is reserved")
  .meta({ id: "TenantId", example: "acme" });
export type TenantId = z.output<typeof TenantId>;

/** The scope of operators, whose commands concern tenants from outside. */
export const PLATFORM = "platform";
const reservedTenants = new Set([PLATFORM, "public", "all"]);

const entityId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "1 to 40 of a-z, 0-9 and -");

export const AccountId = entityId.meta({ id: "AccountId", example: "main" });
export type AccountId = z.output<typeof AccountId>;

export const OrderId = entityId.meta({ id: "OrderId", example: "0d9f8b4e-7c52-5d0a-9a3e-2f7d6c1b8a90" });
export type OrderId = z.output<typeof OrderId>;

/**
 * A trade of an account: the number, in the account's own stream, of the event that opened it. It stays when a history is
 * restored, as positions do not.
 */
export const TradeId = z
  .string()
  .regex(/^(0|[1-9]\d{0,17})$/, "a trade as this API gave it")
  .meta({ id: "TradeId", example: "7" });
export type TradeId = z.output<typeof TradeId>;

export const JournalEntryId = entityId.meta({ id: "JournalEntryId" });
export type JournalEntryId = z.output<typeof JournalEntryId>;

export const ExecutionId = entityId.meta({ id: "ExecutionId" });
export type ExecutionId = z.output<typeof ExecutionId>;

/** An instrument's canonical name, as brokers write them: `EURUSD`, `#AAPL`, `US500.cash`. */
export const InstrumentSymbol = z
  .string()
  .regex(/^[A-Za-z0-9#][A-Za-z0-9._#&!+-]{0,31}$/, "1 to 32 of A-Z, a-z, 0-9 and ._#&!+-")
  .meta({ id: "InstrumentSymbol", example: "EURUSD" });
export type InstrumentSymbol = z.output<typeof InstrumentSymbol>;

/** ISO 4217 or a broker's own three to eight letters (`USDT`). */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3,8}$/, "a currency code such as USD")
  .meta({ id: "Currency", example: "USD" });
export type Currency = z.output<typeof Currency>;

/** A place in the whole history: the event store's commit position, as decimal digits (it exceeds 2^53). */
export const Position = z
  .string()
  .regex(/^(0|[1-9]\d{0,19})$/, "a position as this API gave it")
  .meta({ id: "Position", example: "184467" });
export type Position = z.output<typeof Position>;

/** What a client calls one intention, so that a repeat has no second effect (draft-ietf-httpapi-idempotency-key-header). */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 visible ASCII characters");
export type IdempotencyKey = z.output<typeof IdempotencyKey>;
