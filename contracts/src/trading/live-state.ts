import { z } from "zod";
import { Money, Price, Volume } from "../decimals.ts";
import { AccountId, Currency, InstrumentSymbol } from "../ids.ts";
import { query } from "../messages.ts";
import { Side } from "./order-words.ts";
import { QuoteUsed } from "./quote-used.ts";

/**
 * `stale`: at least one quote is older than one that an order would be filled at. `incomplete`: a position cannot be
 * valued, and nothing is told that hangs on it.
 */
const Valuation = z.enum(["live", "stale", "incomplete"]).meta({ id: "Valuation" });

const LivePosition = z
  .object({
    /** In netting the symbol, in hedging the id of the order that opened it. */
    positionId: z.string(),
    symbol: InstrumentSymbol,
    side: Side,
    volume: Volume,
    averagePrice: Price,
    /** At which it would be closed now: the bid of a bought one, the ask of a sold one. */
    price: Price.optional(),
    /** What closing it there would earn, in the account's currency. */
    profit: Money.optional(),
    /** Why it has no profit. */
    unvalued: z.enum(["NO_QUOTE", "NO_CONVERSION_RATE", "INSTRUMENT_NOT_FOUND"]).optional(),
  })
  .meta({ id: "LivePosition" });

/** What an account is worth at the tenant's newest quotes. Amounts are in its currency. */
export const LiveState = z
  .object({
    accountId: AccountId,
    currency: Currency,
    /** When it was valued. */
    at: z.iso.datetime(),
    valuation: Valuation,
    balance: Money,
    credit: Money,
    /** Held by positions. */
    margin: Money,
    /** Held back for open orders. */
    reserved: Money,
    /** What closing all positions would earn. Like all that follows from it, absent where `valuation` is `incomplete`. */
    floating: Money.optional(),
    /** Balance, credit and what floats. */
    equity: Money.optional(),
    /** Equity less what positions hold and orders hold back. */
    freeMargin: Money.optional(),
    /** Equity to the margin of positions, in percent; absent where nothing is held. */
    marginLevel: z.string().optional(),
    positions: z.array(LivePosition),
    /** All that it was valued at, those of currencies among them. */
    quotes: z.array(QuoteUsed.extend({ symbol: InstrumentSymbol, isStale: z.boolean() })),
  })
  .meta({ id: "LiveState" });
export type LiveState = z.output<typeof LiveState>;

export const liveQueries = {
  liveState: query("liveState", z.object({ accountId: AccountId }), LiveState),
  /** The same; and for FOLLOWED_FOR_MS from then on each change of it is published. */
  followState: query("followState", z.object({ accountId: AccountId }), LiveState),
} as const;

/** For how long a state that was asked to be followed is published: who follows on asks again before. */
export const FOLLOWED_FOR_MS = 15_000;
