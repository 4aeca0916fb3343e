import type { InstrumentSpecification, OrderId, Side } from "@tradesage/contracts";
import { type Big, larger, roundMoney, zero } from "../calculation/decimal.ts";
import { hedgedMarginOf } from "../calculation/hedged-margin.ts";
import type { Market } from "../calculation/market.ts";
import type { Holding } from "../calculation/profit.ts";
import { type Account, holdingOf } from "./account.ts";

/** What all positions in an instrument hold together, one of them being so. */
export function marginWith(
  account: Account,
  instrument: InstrumentSpecification,
  key: string,
  holding: Holding,
  market: Market,
): Big {
  const others = holdingsOf(account, instrument, key);
  return roundMoney(hedgedMarginOf("maintenance", account, instrument, [...others, holding], market), account.currency);
}

/**
 * What an order that opens would take beyond what positions and the other orders that open take already. Those that it
 * is linked with never come with it.
 */
export function marginAdded(
  account: Account,
  instrument: InstrumentSpecification,
  { side, volume, oco = [] }: { readonly side: Side; readonly volume: Big; readonly oco?: readonly OrderId[] },
  price: Big,
  market: Market,
): Big {
  const ordered = account.orders
    .filter((order, id) => order.symbol === instrument.symbol && order.positionId === undefined && !oco.includes(id))
    .map((order) => ({
      ...{ side: order.side, volume: order.remaining },
      price: order.limitPrice ?? order.stopPrice ?? price,
    }));
  const standing = [...holdingsOf(account, instrument), ...ordered.values()];
  const margin = (of: readonly Holding[]) => hedgedMarginOf("initial", account, instrument, of, market);
  const added = margin([...standing, { side, volume, price }]).minus(margin(standing));
  return larger(zero, roundMoney(added, account.currency));
}

const holdingsOf = ({ positions }: Account, { symbol }: InstrumentSpecification, without?: string): Holding[] => [
  ...positions
    .filter((position, key) => position.symbol === symbol && key !== without)
    .map((position) => holdingOf(position, position.volume))
    .values(),
];
