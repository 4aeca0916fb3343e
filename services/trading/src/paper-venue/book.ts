import type { Side } from "@tradesage/contracts";
import { createOrderIndex } from "./order-index.ts";

export interface BookOrder {
  readonly side: Side;
  /** None for a market order: it is reached by any price. */
  readonly limit: number | undefined;
  /** Its place in the whole history: who came first is served first. */
  readonly arrival: number;
}

/** The resting orders of one instrument. */
export interface Book<Order> {
  add(order: Order): void;
  remove(order: Order): void;
  /**
   * Takes out the orders that such prices reach, best first: buys whose limit is at or above the ask, sells whose limit
   * is at or below the bid.
   */
  takeReached(bid: number, ask: number): Order[];
}

export function createBook<Order extends BookOrder>(): Book<Order> {
  const buys = createOrderIndex<Order>();
  const sells = createOrderIndex<Order>();
  const indexOf = ({ side }: Order) => (side === "buy" ? buys : sells);

  return {
    add: (order) => indexOf(order).add(order, rankOf(order), order.arrival),
    remove: (order) => indexOf(order).remove(order, rankOf(order), order.arrival),
    takeReached(bid, ask) {
      const reached: Order[] = [];
      for (let order = buys.takeReached(ask); order; order = buys.takeReached(ask)) reached.push(order);
      for (let order = sells.takeReached(-bid); order; order = sells.takeReached(-bid)) reached.push(order);
      return reached;
    },
  };
}

/** A buy is reached by low asks, a sell by high bids. */
const rankOf = ({ side, limit }: BookOrder): number =>
  limit === undefined ? Number.POSITIVE_INFINITY : side === "buy" ? limit : -limit;
