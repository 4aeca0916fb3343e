import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { text } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import type { Account } from "./account.ts";
import { evolve } from "./evolve.ts";
import { placeOrder } from "./place-order.ts";

type PlaceLinkedOrders = DataOf<AccountCommand, "PlaceLinkedOrders">;

/** All of them, or none: each is checked as if those before it stood already. */
export function placeLinkedOrders(
  account: Account,
  { accountId, orders }: PlaceLinkedOrders,
  moment: Moment,
): AccountEvent[] {
  const ids = orders.map(({ orderId }) => orderId);
  const placed: AccountEvent[] = [];
  let state = account;
  for (const order of orders) {
    const others = ids.filter((id) => id !== order.orderId);
    const events = placeOrder(state, { accountId, ...order }, moment, others);
    for (const event of events) state = evolve(state, event) ?? state;
    placed.push(...events);
  }
  return placed;
}

/**
 * A fill cancels the orders that its order is linked with, also where it is a part of it: what is left of it stands. So
 * it is with QuantConnect's OneCancelsOtherOrder ("when one of them fills, even partially") and with OcaType 1 of
 * Interactive Brokers ("cancel all remaining orders with block"), and so no more than one of them is ever filled.
 */
export function cancelLinked(account: Account, events: readonly AccountEvent[]): AccountEvent[] {
  const { accountId } = account;
  const linked = events.flatMap((event) =>
    event.type === "OrderFilled" ? (account.orders.get(event.data.orderId)?.oco ?? []) : [],
  );
  const cancelled = linked.flatMap((orderId): AccountEvent[] => {
    const order = account.orders.get(orderId);
    if (!order) return [];
    const data = { accountId, orderId, remaining: text(order.remaining), reason: "other_filled" } as const;
    return [{ type: "OrderCancelled", data }];
  });
  return [...events, ...cancelled];
}
