import type {
  AccountEvent,
  BrokerEvent,
  EventMetadata,
  InstrumentSymbol,
  OrderId,
  QuoteUsed,
  TenantId,
  Trailing as ToldTrailing,
} from "@tradesage/contracts";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import type { BookOrder } from "./book.ts";
import { trailingOf } from "./trailing.ts";

/** An order of some account as the venue sees it. */
export interface VenueOrder extends BookOrder {
  readonly tenant: TenantId;
  readonly accountId: string;
  readonly orderId: OrderId;
  readonly symbol: InstrumentSymbol;
  /** At its stop it becomes a limit order, which its account must be told; others are filled there. */
  readonly hasToBeTriggered: boolean;
  /** Now or never. */
  readonly isImmediate: boolean;
  /** The whole of it, or nothing. */
  readonly isWhole: boolean;
  /** Milliseconds since the epoch: it travels until then. 0: it was here at once. */
  arrivesAt: number;
  /** The quote that has filled a part of it: it gives no more. */
  spent: QuoteUsed | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Lots that are not filled yet. */
  remaining: string;
  /** The id that its next execution has, at this try and at every other, in this process and in the next. */
  nextExecution: string;
  /** Fills seen; with the order's own event it names the executions. */
  fills: number;
  /** It is being filled, triggered or ended, or waits for another try: it is in no book then. */
  busy: boolean;
  readonly placed: { readonly event: string; readonly correlation: string };
}

/** What befalls accounts of this venue. */
type PaperEvent = Exclude<AccountEvent, BrokerEvent>;

type OrderChange =
  | { readonly kind: "placed" | "filled" | "gone"; readonly order: VenueOrder }
  | { readonly kind: "trailed"; readonly order: VenueOrder; readonly stop: number }
  /** It stands otherwise now, at the end of the queue. */
  | { readonly kind: "modified"; readonly order: VenueOrder; readonly before: VenueOrder };

export interface OpenOrders {
  /** What an account's event changes; nothing for other events. */
  apply(tenant: TenantId, recorded: RecordedEvent): OrderChange | undefined;
  /** Takes out all orders of a tenant that is no more. */
  takeAllOf(tenant: TenantId): readonly VenueOrder[];
  isOpen(order: VenueOrder): boolean;
  /** Those that are for now or never. */
  immediate(): readonly VenueOrder[];
  readonly size: number;
}

/** All open orders of all tenants, out of their accounts' events. */
export function createOpenOrders(): OpenOrders {
  const orders = new Map<string, VenueOrder>();
  let arrivals = 0;
  const keyOf = (tenant: TenantId, { accountId, orderId }: { accountId: string; orderId: OrderId }) =>
    `${tenant}/${accountId}/${orderId}`;

  function modified(before: VenueOrder | undefined, changes: Partial<VenueOrder>): OrderChange | undefined {
    if (!before) return undefined;
    const order = { ...before, ...changes, arrival: ++arrivals, busy: false };
    orders.set(keyOf(order.tenant, order), order);
    return { kind: "modified", order, before };
  }

  return {
    get size() {
      return orders.size;
    },
    takeAllOf(tenant) {
      const taken = [...orders.values()].filter((order) => order.tenant === tenant);
      for (const order of taken) orders.delete(keyOf(tenant, order));
      return taken;
    },
    isOpen: (order) => orders.get(keyOf(order.tenant, order)) === order,
    immediate: () => [...orders.values()].filter(({ isImmediate }) => isImmediate),
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as PaperEvent;
      switch (event.type) {
        case "OrderPlaced": {
          const { accountId, orderId, symbol, side, kind, volume, timeInForce } = event.data;
          const order: VenueOrder = {
            ...{ tenant, accountId, orderId, symbol, side, remaining: volume, fills: 0, busy: false },
            ...termsOf(event.data),
            hasToBeTriggered: kind === "stop_limit",
            isWhole: timeInForce === "fok",
            arrivesAt: 0,
            spent: undefined,
            isImmediate: timeInForce === "ioc" || timeInForce === "fok",
            arrival: ++arrivals,
            nextExecution: eventIdFor(recorded.id, 0),
            placed: { event: recorded.id, correlation: (recorded.metadata as EventMetadata).correlation },
          };
          orders.set(keyOf(tenant, order), order);
          return { kind: "placed", order };
        }
        case "OrderModified": {
          const before = orders.get(keyOf(tenant, event.data));
          const { stop, trailing, ...terms } = termsOf(event.data);
          // Where the stop was reached it counts no more.
          const waiting = before?.stop === undefined ? { stop: undefined, trailing: undefined } : { stop, trailing };
          return modified(before, { ...terms, ...waiting, remaining: event.data.remaining });
        }
        case "OrderTrailed": {
          const order = orders.get(keyOf(tenant, event.data));
          return order && { kind: "trailed", order, stop: Number(event.data.stopPrice) };
        }
        case "OrderTriggered":
          return modified(orders.get(keyOf(tenant, event.data)), { stop: undefined, hasToBeTriggered: false });
        case "OrderFilled": {
          const { remaining, quote: spent } = event.data;
          const order = orders.get(keyOf(tenant, event.data));
          if (!order) return undefined;
          const fills = order.fills + 1;
          const left = { remaining, fills, spent, nextExecution: eventIdFor(order.placed.event, fills) };
          // What is left of a stop order is one that takes any price: its stop was reached.
          const reached = { stop: undefined, trailing: undefined };
          if (remaining !== "0" && order.stop !== undefined) return modified(order, { ...left, ...reached });
          Object.assign(order, left);
          if (remaining !== "0") return { kind: "filled", order };
          orders.delete(keyOf(tenant, event.data));
          return { kind: "gone", order };
        }
        case "OrderCancelled": {
          const order = orders.get(keyOf(tenant, event.data));
          orders.delete(keyOf(tenant, event.data));
          return order && { kind: "gone", order };
        }
        case "AccountOpened":
        case "FundsDeposited":
        case "FundsWithdrawn":
        case "CreditGiven":
        case "CreditTaken":
        case "BalanceAdjusted":
        case "SwapCharged":
        case "PositionOpened":
        case "PositionIncreased":
        case "PositionReduced":
        case "PositionProtected":
        case "PositionClosed":
        case "PaperTermsSet":
        case "PaperTermsCleared":
        case "CommissionCharged":
        case "TradingStateChanged":
        case "RiskRulesSet":
        case "RiskAnchorsTaken":
        case "RiskRuleBreached":
        case "MarginCalled":
        case "MarginCallEnded":
        case "StopOutReached":
          return undefined;
      }
    },
  };
}

interface Terms {
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trailing?: ToldTrailing | undefined;
  readonly expiresAt?: string | undefined;
}

const termsOf = ({ limitPrice, stopPrice, trailing, expiresAt }: Terms) => ({
  limit: limitPrice === undefined ? undefined : Number(limitPrice),
  stop: stopPrice === undefined ? undefined : Number(stopPrice),
  trailing: trailingOf(trailing, stopPrice),
  expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
});
