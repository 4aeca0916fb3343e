import { z } from "zod";
import { Decimal, Money } from "../decimals.ts";
import { AccountId } from "../ids.ts";
import { Timeframe } from "../market-data/bars.ts";
import { page, paging, query } from "../messages.ts";

/** Times are milliseconds since the epoch, UTC; amounts are in the account's currency, as the last sample has them. */
export const EquityPoint = z
  .object({
    /** Start of the interval. */
    timeMsc: z.int(),
    balance: Money,
    credit: Money,
    equity: Money,
    margin: Money,
    floating: Money,
    /** Of all samples of the interval. */
    equityLow: Money,
    equityHigh: Money,
    samples: z.int(),
  })
  .meta({ id: "EquityPoint" });
export type EquityPoint = z.output<typeof EquityPoint>;

/** The largest fall of the equity from a height that it had reached, by trading alone: what was paid in or out is none. */
export const Drawdown = z
  .object({
    amount: Money,
    /** Of what the account would have been worth without it. */
    percent: Decimal,
    /** Of the height and of the depth. */
    fromMsc: z.int(),
    toMsc: z.int(),
  })
  .meta({ id: "Drawdown" });
export type Drawdown = z.output<typeof Drawdown>;

const MOST_MSC = 253_402_300_799_999;

export const equityQueries = {
  /** Intervals without a sample are left out: what an account was worth in them is what it was before. */
  equity: query(
    "equity",
    z.object({
      accountId: AccountId,
      /** Milliseconds since the epoch, UTC; `from` is in, `to` is out. */
      from: z.int().min(0).max(MOST_MSC).default(0),
      to: z.int().min(0).max(MOST_MSC).default(MOST_MSC),
      interval: Timeframe.default("1m"),
      ...paging(4000, 1000),
    }),
    page(EquityPoint).extend({
      /** Of the whole range, whichever page this is; absent where the equity never fell. */
      maxDrawdown: Drawdown.optional(),
    }),
  ),
} as const;
