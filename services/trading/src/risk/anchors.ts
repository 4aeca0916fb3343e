import { type AccountEvent, type LossRule, Refused } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { moneyText } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import type { Anchor } from "./account-risk.ts";
import { dueRules, taken } from "./loss-rules.ts";
import { standingOf } from "./standing.ts";

/** Anchors as events tell them. */
export const toldAnchors = (anchors: readonly (readonly [LossRule, Anchor])[], currency: string) =>
  anchors.map(([{ id }, { value, until }]) => ({
    rule: id,
    value: moneyText(value, currency),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }));

/**
 * The anchors whose time of day has come are taken before whatever is decided first after it, so that they are what the
 * account was worth then. Where it cannot be valued yet, they wait for the next command.
 */
export function takeDueAnchors(account: Account, moment: Moment): AccountEvent[] {
  const due = dueRules(account.risk, moment.at);
  if (due.length === 0) return [];
  try {
    const { funds, told } = standingOf(account, moment);
    const anchors = toldAnchors(taken(account, due, funds, moment.at), account.currency);
    return [{ type: "RiskAnchorsTaken", data: { ...told, anchors } }];
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
