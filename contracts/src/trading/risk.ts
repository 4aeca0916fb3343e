import { z } from "zod";
import { Money, Price, Volume } from "../decimals.ts";
import { AccountId, InstrumentSymbol, OrderId, Position } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import { command, event, query } from "../messages.ts";
import { Side } from "./order-words.ts";
import { QuoteUsed } from "./quote-used.ts";
import { LossRule, RiskRules } from "./risk-rules.ts";

const account = { accountId: AccountId };

/** From what a loss rule counts; `until` is when it is taken anew. */
const Anchor = z.object({ rule: z.string(), value: Money, until: z.iso.datetime().optional() });

/** What an account was worth when something was decided, in its currency: enough to reckon it again. */
const standing = {
  ...account,
  /** Of the rules. */
  version: z.int(),
  balance: Money,
  equity: Money,
  positions: z.array(
    z.object({
      symbol: InstrumentSymbol,
      /** Of a hedging account. */
      positionId: OrderId.optional(),
      side: Side,
      volume: Volume,
      averagePrice: Price,
      /** What closing it at the quote would earn. */
      profit: Money,
      margin: Money,
      quote: QuoteUsed,
    }),
  ),
};
const level = {
  ...standing,
  /** Of the positions. */
  margin: Money,
  /** Equity to margin, in percent. */
  level: z.string(),
};

export const riskCommands = {
  /** Holds an account to these rules from now on, instead of those before. */
  SetRiskRules: command("SetRiskRules", z.object({ ...account, rules: RiskRules })),
  /** Sent by the policy that watches accounts: at these quotes something follows from the account's rules. */
  AssessRisk: command(
    "AssessRisk",
    z.object({
      ...account,
      /** Names the orders that close what must be closed. */
      assessment: z.uuid(),
      quotes: z.array(QuoteUsed.extend({ symbol: InstrumentSymbol })).max(1000),
    }),
  ),
} as const;

export const riskEvents = {
  /** `version` counts the rules that the account has had. */
  RiskRulesSet: event(
    "RiskRulesSet",
    z.object({
      ...account,
      version: z.int(),
      rules: RiskRules,
      /** The balance with which the account begins under them. */
      initial: Money.optional(),
      anchors: z.array(Anchor).optional(),
    }),
    2,
    // Schema 1 knew limits only.
    { 1: (data) => ({ ...data, rules: { losses: [], margin: {}, ...(data["rules"] as JsonObject) } }) },
  ),
  /** Anchors were taken at their time of day, or have risen. */
  RiskAnchorsTaken: event("RiskAnchorsTaken", z.object({ ...standing, anchors: z.array(Anchor) })),
  /** A loss rule was broken; what follows from it comes with it, as events of its own. */
  RiskRuleBreached: event(
    "RiskRuleBreached",
    z.object({ ...standing, rules: z.string(), rule: LossRule, initial: Money, anchor: Anchor, floor: Money }),
  ),
  MarginCalled: event("MarginCalled", z.object({ ...level, call: z.string() })),
  MarginCallEnded: event("MarginCallEnded", z.object({ ...level, call: z.string() })),
  /** Positions are closed by the orders that come with it. */
  StopOutReached: event("StopOutReached", z.object({ ...level, stopOut: z.string() })),
} as const;

export const AccountRiskView = z
  .object({
    ...account,
    /** 0, and no rules: it never had any. */
    version: z.int(),
    rules: RiskRules.optional(),
    /** The newest breach of a loss rule. */
    breached: z.object({ rule: z.string(), equity: Money, floor: Money, at: z.iso.datetime() }).optional(),
    isMarginCalled: z.boolean(),
    position: Position,
  })
  .meta({ id: "AccountRisk" });
export type AccountRiskView = z.output<typeof AccountRiskView>;

export const riskQueries = { accountRisk: query("accountRisk", z.object(account), AccountRiskView) } as const;
