import type { InstrumentSymbol, OrderId, Side } from "@tradesage/contracts";
import { type Big, larger, zero } from "../calculation/decimal.ts";
import type { Account, OpenOrder } from "./account.ts";
import { keyOf } from "./position-name.ts";

/** What an order does to a position depends on the orders beside it; those that it is linked with never come with it. */
interface Beside {
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly oco?: readonly OrderId[];
  readonly positionId?: OrderId | undefined;
}

/** How much of the account's position an order may close: what no other open order that reduces would. */
export function reducible(account: Account, order: Beside): Big {
  return unclaimed(account, order, ({ reduceOnly }) => reduceOnly);
}

/**
 * What of the account's position the open orders on this side leave, of those that count. Of orders that are linked one
 * is filled: the largest counts.
 */
export function unclaimed(
  { orders, positions }: Account,
  { symbol, side, oco = [], positionId }: Beside,
  counts: (order: OpenOrder) => boolean = () => true,
): Big {
  const held = positions.get(keyOf({ symbol, positionId }));
  if (!held || held.side === side) return zero;
  const claims = new Map<OrderId, Big>();
  for (const [orderId, order] of orders) {
    if (order.symbol !== symbol || order.side !== side || order.positionId !== positionId) continue;
    if (!counts(order) || oco.includes(orderId)) continue;
    const group = [orderId, ...order.oco].sort()[0] ?? orderId;
    claims.set(group, larger(order.remaining, claims.get(group) ?? zero));
  }
  return larger(
    zero,
    [...claims.values()].reduce((left, claim) => left.minus(claim), held.volume),
  );
}
