import { z } from "zod";
import { PositiveMoney, Volume } from "../decimals.ts";

const Percent = z
  .string()
  .regex(/^(0|[1-9]\d{0,3})(\.\d{1,4})?$/, "a percentage of at most 4 digits before and after the point")
  .refine((text) => Number(text) > 0, "must be greater than zero");

/** At most `count` in any `seconds`. */
export const Rate = z.strictObject({ count: z.int().min(1).max(1000), seconds: z.int().min(1).max(86_400) });
export type Rate = z.output<typeof Rate>;

/** What every order is held against before it is taken; what is left out is not limited. Money is in the account's currency. */
export const RiskLimits = z
  .strictObject({
    /** Lots of one order. */
    orderVolume: Volume.optional(),
    /** Value of one order at its price. */
    orderNotional: PositiveMoney.optional(),
    /** Value of what one side of an instrument would hold, open orders included. */
    symbolNotional: PositiveMoney.optional(),
    /** Orders that are open at once. */
    openOrders: z.int().min(0).max(100_000).optional(),
    /** Positions that are open at once, those that open orders would open included. */
    openPositions: z.int().min(0).max(100_000).optional(),
    /** Orders that are placed. */
    orders: Rate.optional(),
    /** Orders that are modified. */
    modifications: Rate.optional(),
    /** How far a price may lie from the newest quote, in percent of it. */
    priceCollar: Percent.optional(),
    /** How old the newest quote may be, in seconds. */
    quoteAge: z.int().min(1).max(86_400).optional(),
  })
  .meta({ id: "RiskLimits" });
export type RiskLimits = z.output<typeof RiskLimits>;

/** What an account is held to. Data: it is written down, kept with the account's history, and can be run again. */
export const RiskRules = z.strictObject({
  name: z.string().trim().min(1).max(120),
  /** Where the rules come from. */
  source: z.string().max(1000).optional(),
  limits: RiskLimits.default({}),
});
export type RiskRules = z.output<typeof RiskRules>;
