import { z } from "zod";
import { PositiveMoney, Volume } from "../decimals.ts";
import { DisplayName } from "../texts.ts";

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

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
};

/** A time of day in a zone of the IANA database. */
export const Daily = z.strictObject({
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 00:30"),
  zone: z.string().max(64).refine(isZone, "a zone such as Europe/Prague"),
});
export type Daily = z.output<typeof Daily>;

/** How much may be lost from an anchor: the account's equity must stay above what is left, its floor. */
export const LossRule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "1 to 40 of a-z, 0-9 and -"),
    /**
     * From what is counted. `initial`: what the account began with under these rules, and what was paid in or out since.
     * `higher`: of balance and equity.
     */
    anchor: z.enum(["initial", "balance", "equity", "higher"]),
    /** When the anchor is taken, each day. Left out: when the rules are set and, if it trails, at all times. */
    daily: Daily.optional(),
    /** The anchor rises, and never falls. */
    trailing: z.boolean().default(false),
    /** The floor rises no higher than what the account began with. */
    lockedAtInitial: z.boolean().default(false),
    allowed: z.union([
      z.strictObject({ percent: Percent, of: z.enum(["initial", "anchor"]) }),
      z.strictObject({ amount: PositiveMoney }),
    ]),
    /** Whether equity at the floor is a breach, or equity below it. */
    breach: z.enum(["at", "below"]).default("at"),
    /** Whether a breach closes what the account holds. In any case it halts the account and cancels its orders. */
    flatten: z.boolean().default(true),
  })
  .refine(({ anchor, daily, trailing }) => anchor !== "initial" || (daily === undefined && !trailing), {
    path: ["anchor"],
    message: "what the account began with is neither taken daily nor trails",
  });
export type LossRule = z.output<typeof LossRule>;

/** Of equity to the margin of positions, in percent. */
export const MarginLevels = z
  .strictObject({
    /** Below it the account is told. */
    call: Percent.optional(),
    /** At it or below, positions are closed, the one with the largest loss first. */
    stopOut: Percent.optional(),
  })
  .refine(({ call, stopOut }) => call === undefined || stopOut === undefined || Number(stopOut) <= Number(call), {
    path: ["stopOut"],
    message: "not above the level of the call",
  })
  .meta({ id: "MarginLevels" });
export type MarginLevels = z.output<typeof MarginLevels>;

/** What an account is held to. Data: it is written down, kept with the account's history, and can be run again. */
export const RiskRules = z.strictObject({
  name: DisplayName,
  /** Where the rules come from. */
  source: z.string().max(1000).optional(),
  limits: RiskLimits.default({}),
  losses: z
    .array(LossRule)
    .max(20)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, "each id once")
    .default([]),
  margin: MarginLevels.default({}),
});
export type RiskRules = z.output<typeof RiskRules>;
