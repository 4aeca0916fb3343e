import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { evolve } from "../account/evolve.ts";
import { moneyText } from "../calculation/decimal.ts";
import { atQuote, type Market, type Moment } from "../calculation/market.ts";
import { toldAnchors } from "./anchors.ts";
import { closing, type ForcedClose } from "./forced-close.ts";
import { anchorOf, floorOf, isBroken, risen } from "./loss-rules.ts";
import { assessMargin } from "./margin-levels.ts";
import { type Standing, standingOf } from "./standing.ts";
import { withoutOpeningOrders } from "./trading-state.ts";

type AssessRisk = DataOf<AccountCommand, "AssessRisk">;

/**
 * What follows from the account's rules at these quotes: anchors that have risen; a broken rule, which halts the account,
 * cancels its orders and closes what it holds; a margin call; a stop-out. Nothing where all is well, or known already.
 */
export function assessRisk(account: Account, { assessment, quotes }: AssessRisk, moment: Moment): AccountEvent[] {
  const { rules } = account.risk;
  if (!rules) return [];
  const then: Moment = { ...moment, ...marketAt(quotes, moment) };
  const forced: ForcedClose = { assessment, at: then };
  let state = account;
  const emitted: AccountEvent[] = [];
  const emit = (events: readonly AccountEvent[]) => {
    for (const event of events) state = evolve(state, event) ?? state;
    emitted.push(...events);
  };

  const standing = standingOf(state, then);
  emit(anchorsRisen(state, standing));
  for (const rule of rules.losses) emit(breachOf(state, rule, standing, then));
  emit(flattened(state, forced));
  emit(assessMargin(state, rules.margin, standing, forced));
  return emitted;
}

const marketAt = (quotes: AssessRisk["quotes"], market: Market): Market =>
  quotes.reduce(
    (then: Market, { symbol, bid, ask, timeMsc }) =>
      atQuote(then, symbol, { bid: Number(bid), ask: Number(ask), timeMsc }),
    market,
  );

function anchorsRisen(account: Account, { funds, told }: Standing): AccountEvent[] {
  const anchors = risen(account, funds);
  if (anchors.length === 0) return [];
  return [{ type: "RiskAnchorsTaken", data: { ...told, anchors: toldAnchors(anchors, account.currency) } }];
}

type LossRules = NonNullable<Account["risk"]["rules"]>["losses"];

/** A rule is broken once, until the account is let trade again. */
function breachOf(
  account: Account,
  rule: LossRules[number],
  { funds, told }: Standing,
  moment: Moment,
): AccountEvent[] {
  const { accountId, currency, risk } = account;
  const floor = floorOf(risk, rule, currency);
  if (risk.breached.has(rule.id) || !isBroken(rule, funds.equity, floor)) return [];
  const name = risk.rules?.name ?? "";
  const [anchor] = toldAnchors([[rule, anchorOf(risk, rule)]], currency);
  const breached: AccountEvent = {
    type: "RiskRuleBreached",
    data: {
      ...{ ...told, rules: name, rule, initial: moneyText(risk.initial, currency) },
      ...{ anchor: anchor ?? { rule: rule.id, value: "0" }, floor: moneyText(floor, currency) },
    },
  };
  if (risk.state === "halted") return [breached];
  const reason = `${name}: ${rule.id} is broken`;
  const halted: AccountEvent = { type: "TradingStateChanged", data: { accountId, state: "halted", reason } };
  return [breached, halted, ...withoutOpeningOrders(account, moment)];
}

/** After a breach whose rule says so the account holds nothing, also what was filled since. */
function flattened(account: Account, forced: ForcedClose): AccountEvent[] {
  const { rules, breached } = account.risk;
  if (!rules?.losses.some(({ id, flatten }) => flatten && breached.has(id))) return [];
  return closing(account, account.positions.keySeq().toArray(), "loss_rule", forced);
}
