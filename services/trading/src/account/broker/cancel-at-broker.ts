import type { AccountEvent, CancelReason, OrderId } from "@tradesage/contracts";
import type { Broker } from "./broker.ts";

/**
 * Asks the broker to cancel an order that it may have: it ends when the broker shows it. Undefined for what was not sent,
 * which ends at once.
 */
export function cancelAtBroker(
  accountId: string,
  broker: Broker,
  orderId: OrderId,
  reason: CancelReason,
): AccountEvent[] | undefined {
  const order = broker.orders.get(orderId);
  if (!order?.isBegun) return undefined;
  if (order.asked?.what === "cancel" || order.cancelled) return [];
  return [{ type: "OrderCancelRequested", data: { accountId, orderId, reason } }];
}
