import type { InstrumentSymbol, OrderId } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import type { Broker } from "../account/broker/broker.ts";

/** Something that is to be sent to the broker. */
export type Due =
  | { readonly action: "place" | "modify" | "cancel"; readonly orderId: OrderId }
  | { readonly action: "protect"; readonly symbol: InstrumentSymbol };

/** What the account wants of its broker and has not begun to send. */
export function dueOf({ orders }: Account, broker: Broker): Due[] {
  const due: Due[] = [];
  const underWay = new Set(broker.instructions.valueSeq().map(({ orderId, symbol }) => orderId ?? symbol));
  for (const orderId of orders.keys()) {
    const order = broker.orders.get(orderId);
    if (!order) continue;
    if (!order.isBegun) due.push({ action: "place", orderId });
    else if (order.asked && order.ticket !== undefined && !underWay.has(orderId)) {
      due.push({ action: order.asked.what === "cancel" ? "cancel" : "modify", orderId });
    }
  }
  for (const symbol of broker.protections.keys()) if (!underWay.has(symbol)) due.push({ action: "protect", symbol });
  return due;
}

/** Whether something of the account is at the broker, or on its way, and has to be watched closely. */
export const isUnsettled = ({ orders }: Account, broker: Broker): boolean =>
  broker.instructions.size > 0 ||
  orders.some((order, orderId) => {
    const known = broker.orders.get(orderId);
    return (
      known?.isBegun === true && (order.kind === "market" || known.cancelled !== undefined || known.asked !== undefined)
    );
  });
