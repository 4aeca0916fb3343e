import { type AccountEvent, type InstrumentSymbol, Refused, type Side } from "@tradesage/contracts";
import { type Big, decimal, moneyText, roundAverage, text, zero } from "../../calculation/decimal.ts";
import { marginOf } from "../../calculation/margin.ts";
import { instrumentOf, type Market } from "../../calculation/market.ts";
import type { Account } from "../account.ts";

interface BrokersFill {
  readonly side: Side;
  readonly volume: Big;
  readonly price: string;
  readonly executionId: string;
  /** As the broker booked it, in the account's currency. */
  readonly profit: Big;
}

/** What a broker's deal does to the netted position, and how much of its profit the events carry. */
export function positionAfter(
  account: Account,
  symbol: InstrumentSymbol,
  { side, volume, price, executionId, profit }: BrokersFill,
  market: Market,
): { readonly events: readonly AccountEvent[]; readonly carried: Big } {
  const { accountId, currency } = account;
  const held = account.positions.get(symbol);
  const named = { accountId, symbol, executionId };
  const money = (amount: Big) => moneyText(amount, currency);
  const margin = (of: Big) => marginIfKnown(account, symbol, { side, volume: of, price: decimal(price) }, market);
  const opened = (of: Big): AccountEvent => ({
    type: "PositionOpened",
    data: { ...named, side, volume: text(of), price, margin: money(margin(of)) },
  });
  if (!held) return { events: [opened(volume)], carried: zero };
  if (held.side === side) {
    const total = held.volume.plus(volume);
    const paid = held.averagePrice.times(held.volume).plus(decimal(price).times(volume));
    const data = { ...named, side, volume: text(volume), price, total: text(total) };
    const averagePrice = text(roundAverage(paid.div(total)));
    const increased = { ...data, averagePrice, margin: money(held.margin.plus(margin(volume))) };
    return { events: [{ type: "PositionIncreased", data: increased }], carried: zero };
  }
  const left = held.volume.minus(volume);
  const closing = { ...named, side: held.side, price, profit: money(profit) };
  if (left.gt(zero)) {
    const share = money(held.margin.times(left).div(held.volume));
    const data = { ...closing, volume: text(volume), total: text(left), margin: share };
    return { events: [{ type: "PositionReduced", data }], carried: profit };
  }
  const closed: AccountEvent = { type: "PositionClosed", data: { ...closing, volume: text(held.volume) } };
  return { events: left.eq(zero) ? [closed] : [closed, opened(left.neg())], carried: profit };
}

/** What a position takes of the account's money, where prices are there to tell; evidence waits for none. */
export function marginIfKnown(
  account: Account,
  symbol: InstrumentSymbol,
  of: { readonly side: Side; readonly volume: Big; readonly price: Big },
  market: Market,
): Big {
  try {
    return marginOf("maintenance", account, instrumentOf(market, symbol), of, market);
  } catch (error) {
    if (error instanceof Refused) return zero;
    throw error;
  }
}
