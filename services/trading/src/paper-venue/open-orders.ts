import type { AccountEvent, EventMetadata, InstrumentSymbol, OrderId, TenantId } from "@tradesage/contracts";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import type { BookOrder } from "./book.ts";

/** An order of some account as the venue sees it. */
export interface VenueOrder extends BookOrder {
  readonly tenant: TenantId;
  readonly accountId: string;
  readonly orderId: OrderId;
  readonly symbol: InstrumentSymbol;
  /** Lots that are not filled yet. */
  remaining: string;
  /** The id that its next execution has, at this try and at every other, in this process and in the next. */
  nextExecution: string;
  /** Fills seen; with the order's own event it names the executions. */
  fills: number;
  /** It is being filled, or waits for another try: it is in no book then. */
  busy: boolean;
  readonly placed: { readonly event: string; readonly correlation: string };
}

export interface OpenOrders {
  /** What an account's event changes: the order that came, changed or went; nothing for other events. */
  apply(
    tenant: TenantId,
    recorded: RecordedEvent,
  ): { order: VenueOrder; change: "placed" | "filled" | "gone" } | undefined;
  isOpen(order: VenueOrder): boolean;
  readonly size: number;
}

/** All open orders of all tenants, out of their accounts' events. */
export function createOpenOrders(): OpenOrders {
  const orders = new Map<string, VenueOrder>();
  let arrivals = 0;
  const keyOf = (tenant: TenantId, { accountId, orderId }: { accountId: string; orderId: OrderId }) =>
    `${tenant}/${accountId}/${orderId}`;

  return {
    get size() {
      return orders.size;
    },
    isOpen: (order) => orders.get(keyOf(order.tenant, order)) === order,
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent;
      switch (event.type) {
        case "OrderPlaced": {
          const { accountId, orderId, symbol, side, volume, limitPrice } = event.data;
          const order: VenueOrder = {
            ...{ tenant, accountId, orderId, symbol, side, remaining: volume, fills: 0, busy: false },
            limit: limitPrice === undefined ? undefined : Number(limitPrice),
            arrival: ++arrivals,
            nextExecution: eventIdFor(recorded.id, 0),
            placed: { event: recorded.id, correlation: (recorded.metadata as EventMetadata).correlation },
          };
          orders.set(keyOf(tenant, order), order);
          return { order, change: "placed" };
        }
        case "OrderFilled": {
          const { remaining } = event.data;
          const order = orders.get(keyOf(tenant, event.data));
          if (!order) return undefined;
          order.remaining = remaining;
          order.fills++;
          order.nextExecution = eventIdFor(order.placed.event, order.fills);
          if (remaining !== "0") return { order, change: "filled" };
          orders.delete(keyOf(tenant, event.data));
          return { order, change: "gone" };
        }
        case "OrderCancelled": {
          const order = orders.get(keyOf(tenant, event.data));
          orders.delete(keyOf(tenant, event.data));
          return order && { order, change: "gone" };
        }
        case "AccountOpened":
        case "FundsDeposited":
        case "PositionOpened":
        case "PositionIncreased":
        case "PositionReduced":
        case "PositionClosed":
          return undefined;
      }
    },
  };
}
