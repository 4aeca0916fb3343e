import type { AccountEvent, MarginLevels } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { type Big, decimal, hundred, moneyText, text, zero } from "../calculation/decimal.ts";
import { closing, type ForcedClose } from "./forced-close.ts";
import type { Standing } from "./standing.ts";
import { withoutOpeningOrders } from "./trading-state.ts";

/** Equity to the margin of positions, in percent (MetaTrader 5: margin level); undefined where nothing is held. */
export const levelOf = (equity: Big, used: Big): Big | undefined =>
  used.gt(zero) ? equity.times(hundred).div(used).round(2, 0) : undefined;

/** A margin call, its end, and the stop-out. */
export function assessMargin(
  account: Account,
  { call, stopOut }: MarginLevels,
  standing: Standing,
  forced: ForcedClose,
): AccountEvent[] {
  const { equity, used } = standing.funds;
  const level = levelOf(equity, used);
  const money = (amount: Big) => moneyText(amount, account.currency);
  const told = { ...standing.told, margin: money(used), level: level ? text(level) : "0" };
  const { isMarginCalled } = account.risk;
  const isBelow = call !== undefined && level?.lt(decimal(call)) === true;
  if (stopOut !== undefined && level?.lte(decimal(stopOut))) {
    const orders = closing(account, toClose(account, standing, decimal(stopOut)), "stop_out", forced);
    const called: AccountEvent[] =
      isBelow && !isMarginCalled ? [{ type: "MarginCalled", data: { ...told, call } }] : [];
    if (orders.length === 0) return called;
    const ended = withoutOpeningOrders(account, forced.at);
    return [...called, { type: "StopOutReached", data: { ...told, stopOut } }, ...ended, ...orders];
  }
  if (call === undefined || isBelow === isMarginCalled) return [];
  return [{ type: isBelow ? "MarginCalled" : "MarginCallEnded", data: { ...told, call } }];
}

/**
 * The positions to close, the one with the largest loss first, until what is left is above the level. What closing them
 * gives at these quotes is in the equity already, so that only their margin goes.
 */
function toClose({ positions }: Account, { funds, values }: Standing, stopOut: Big): string[] {
  const byLoss = [...values].sort(([, a], [, b]) => a.profit.cmp(b.profit)).map(([key]) => key);
  const chosen: string[] = [];
  let { used } = funds;
  for (const key of byLoss) {
    const level = levelOf(funds.equity, used);
    if (!level || level.gt(stopOut)) break;
    chosen.push(key);
    const margin = positions.get(key)?.margin ?? zero;
    // In hedging a position has none of its own: what its end frees is seen once it is closed.
    if (margin.eq(zero)) break;
    used = used.minus(margin);
  }
  return chosen;
}
