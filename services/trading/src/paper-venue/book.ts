import type { Side } from "@tradesage/contracts";
import { createOrderIndex } from "./order-index.ts";

export interface BookOrder {
  readonly side: Side;
  /** What the market must come to before the order is worth anything; none where it has, or need not. */
  readonly stop: number | undefined;
  /** The worst price that it takes; none for one that takes any. */
  readonly limit: number | undefined;
  /** Its place in the whole history: who came first is served first. */
  readonly arrival: number;
}

/** The resting orders of one instrument. */
export interface Book<Order> {
  add(order: Order): void;
  remove(order: Order): void;
  isEmpty(): boolean;
  /**
   * Takes out the orders that such prices reach, best first: buys whose limit is at or above the ask, sells whose limit
   * is at or below the bid; and stops: buys whose stop is at or below the ask, sells whose stop is at or above the bid.
   */
  takeReached(bid: number, ask: number): Order[];
}

export function createBook<Order extends BookOrder>(): Book<Order> {
  const sides = {
    buy: { stops: createOrderIndex<Order>(), limits: createOrderIndex<Order>() },
    sell: { stops: createOrderIndex<Order>(), limits: createOrderIndex<Order>() },
  };
  const indexOf = ({ side, stop }: Order) => (stop === undefined ? sides[side].limits : sides[side].stops);

  return {
    isEmpty: () => [sides.buy, sides.sell].every(({ stops, limits }) => stops.size() === 0 && limits.size() === 0),
    add: (order) => indexOf(order).add(order, rankOf(order), order.arrival),
    remove: (order) => indexOf(order).remove(order, rankOf(order), order.arrival),
    takeReached(bid, ask) {
      const reached: Order[] = [];
      const take = (index: typeof sides.buy.stops, rank: number) => {
        for (let order = index.takeReached(rank); order; order = index.takeReached(rank)) reached.push(order);
      };
      take(sides.buy.limits, ask);
      take(sides.sell.limits, -bid);
      take(sides.buy.stops, -ask);
      take(sides.sell.stops, bid);
      return reached;
    },
  };
}

/** A limit to buy is reached by low asks, one to sell by high bids; a stop to buy by high asks, one to sell by low bids. */
function rankOf({ side, stop, limit }: BookOrder): number {
  if (stop !== undefined) return side === "buy" ? -stop : stop;
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return side === "buy" ? limit : -limit;
}
