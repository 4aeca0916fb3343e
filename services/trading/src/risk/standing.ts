import type { AccountEvent, DataOf } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { type Funds, fundsWith } from "../account/funds.ts";
import { type PositionValue, positionValue } from "../account/position-value.ts";
import { type Big, moneyText, text, zero } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";

/** An account as a verdict on it counts it. */
export interface Standing {
  readonly funds: Funds;
  /** What each position is worth, by its key. */
  readonly values: ReadonlyMap<string, PositionValue>;
  /** As its events tell it. */
  readonly told: Omit<DataOf<AccountEvent, "RiskAnchorsTaken">, "anchors">;
}

/** @throws Refused NO_QUOTE, NO_CONVERSION_RATE where a position cannot be valued */
export function standingOf(account: Account, market: Market): Standing {
  const { accountId, currency, risk, positions } = account;
  const money = (amount: Big) => moneyText(amount, currency);
  const values = new Map<string, PositionValue>();
  let floating = zero;
  const told = positions
    .map((position, key) => {
      const { symbol, positionId, side, volume, averagePrice, margin } = position;
      const value = positionValue(position, currency, market);
      values.set(key, value);
      floating = floating.plus(value.profit);
      const { bid, ask, profit } = value;
      const { digits } = value.instrument;
      const quote = {
        bid: bid.toFixed(digits),
        ask: ask.toFixed(digits),
        timeMsc: market.quote(symbol)?.timeMsc ?? 0,
      };
      const amounts = { profit: money(profit), margin: money(margin) };
      const named = { symbol, ...(positionId !== undefined && { positionId }) };
      return { ...named, side, volume: text(volume), averagePrice: text(averagePrice), ...amounts, quote };
    })
    .valueSeq()
    .toArray();
  const funds = fundsWith(account, floating);
  const { balance, equity } = funds;
  const worth = { balance: money(balance), equity: money(equity) };
  return { funds, values, told: { accountId, version: risk.version, ...worth, positions: told } };
}
