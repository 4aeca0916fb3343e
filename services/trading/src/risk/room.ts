import { type Account, holdingOf, type OpenPosition } from "../account/account.ts";
import { type Big, decimal, hundred, text } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";
import { floorOf, nextStep } from "./loss-rules.ts";
import { standingOf } from "./standing.ts";

/** Closing prices between which nothing can follow from an account's rules. */
export interface Calm {
  readonly above: number;
  readonly below: number;
}

const double = (value: Big) => Number(text(value));

/** Of the room to the nearest threshold; the rest is for rates of conversion, which move meanwhile. */
const SHARE = 0.9;

/**
 * For each position of the account, by its key, the prices between which nothing can follow from its rules, as long as the
 * others stay within theirs: each may use its part of the room that the equity has to the nearest threshold. Doubles:
 * they say only when to look again, exactly. @throws Refused where a position cannot be valued
 */
export function calmOf(account: Account, market: Market): ReadonlyMap<string, Calm> {
  const { risk, currency, positions } = account;
  const { rules, breached, isMarginCalled } = risk;
  const { funds, values } = standingOf(account, market);
  const equity = double(funds.equity);
  let down = Number.POSITIVE_INFINITY;
  let up = Number.POSITIVE_INFINITY;
  for (const rule of rules?.losses ?? []) {
    if (!breached.has(rule.id)) down = Math.min(down, equity - double(floorOf(risk, rule, currency)));
    if (rule.trailing && !rule.daily) up = Math.min(up, double(nextStep(risk, rule, currency)) - equity);
  }
  const { call, stopOut } = rules?.margin ?? {};
  const equityAt = (level: string) => double(funds.used.times(decimal(level)).div(hundred));
  if (stopOut !== undefined) down = Math.min(down, equity - equityAt(stopOut));
  if (call !== undefined && isMarginCalled) up = Math.min(up, equityAt(call) - equity);
  if (call !== undefined && !isMarginCalled) down = Math.min(down, equity - equityAt(call));

  const calm = new Map<string, Calm>();
  for (const [key, { instrument, price, profit }] of values) {
    const position = positions.get(key) as OpenPosition;
    const further = price.times(decimal("1.01"));
    const gained = profitOf(instrument, holdingOf(position, position.volume), further, currency, market);
    const perPrice = (double(gained) - double(profit)) / double(further.minus(price));
    const share = SHARE / positions.size / Math.abs(perPrice);
    const [losing, gaining] = [Math.max(0, down) * share, Math.max(0, up) * share];
    const now = double(price);
    const isLong = perPrice > 0;
    calm.set(key, {
      above: now - (isLong ? losing : gaining),
      below: now + (isLong ? gaining : losing),
    });
  }
  return calm;
}
