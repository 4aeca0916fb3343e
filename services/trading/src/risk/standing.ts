import type { AccountEvent, DataOf } from "@tradesage/contracts";
import { type Account, holdingOf } from "../account/account.ts";
import { type Funds, fundsOf } from "../account/funds.ts";
import { type Big, moneyText, roundMoney, text } from "../calculation/decimal.ts";
import { instrumentOf, type Market, quoteOf } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";

/** An account as a verdict on it counts it. */
export interface Standing {
  readonly funds: Funds;
  /** What each position would earn if it were closed, by its key. */
  readonly profits: ReadonlyMap<string, Big>;
  /** As its events tell it. */
  readonly told: Omit<DataOf<AccountEvent, "RiskAnchorsTaken">, "anchors">;
}

/** @throws Refused NO_QUOTE, NO_CONVERSION_RATE where a position cannot be valued */
export function standingOf(account: Account, market: Market): Standing {
  const { accountId, currency, risk, positions } = account;
  const money = (amount: Big) => moneyText(amount, currency);
  const funds = fundsOf(account, market);
  const profits = new Map<string, Big>();
  const told = positions
    .map((position, key) => {
      const { symbol, positionId, side, volume, averagePrice, margin } = position;
      const instrument = instrumentOf(market, symbol);
      const { bid, ask } = quoteOf(market, instrument);
      const price = side === "buy" ? bid : ask;
      const profit = roundMoney(profitOf(instrument, holdingOf(position, volume), price, currency, market), currency);
      profits.set(key, profit);
      const { digits } = instrument;
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
  const { balance, equity } = funds;
  const worth = { balance: money(balance), equity: money(equity) };
  return { funds, profits, told: { accountId, version: risk.version, ...worth, positions: told } };
}
