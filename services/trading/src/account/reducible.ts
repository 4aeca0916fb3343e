import type { InstrumentSymbol, Side } from "@tradesage/contracts";
import { type Big, larger, zero } from "../calculation/decimal.ts";
import type { Account } from "./account.ts";

/** How much of the account's position an order on this side may close: what no other open order that reduces would. */
export function reducible(account: Account, symbol: InstrumentSymbol, side: Side): Big {
  const held = account.positions.get(symbol);
  if (!held || held.side === side) return zero;
  const others = account.orders.filter((order) => order.reduceOnly && order.symbol === symbol && order.side === side);
  return larger(
    zero,
    others.reduce((left, { remaining }) => left.minus(remaining), held.volume),
  );
}
