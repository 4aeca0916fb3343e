import type { Side } from "@tradesage/contracts";
import { createOrderIndex } from "./order-index.ts";
import { movesAt, type Trailing, trailedTo } from "./trailing.ts";

export interface BookOrder {
  readonly side: Side;
  /** What the market must come to before the order is worth anything; none where it has, or need not. */
  stop: number | undefined;
  /** The worst price that it takes; none for one that takes any. */
  readonly limit: number | undefined;
  /** Its stop follows the market. */
  readonly trailing: Trailing | undefined;
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
  /** Moves the stops that trail by such prices; tells which. */
  trail(bid: number, ask: number): Order[];
  /** Moves the stop of an order that rests here. */
  moveStop(order: Order, stop: number): void;
}

export function createBook<Order extends BookOrder>(): Book<Order> {
  const createSide = () => ({
    ...{ stops: createOrderIndex<Order>(), limits: createOrderIndex<Order>() },
    /** Orders of `stops` that trail, by the price at which their stop moves. */
    trails: createOrderIndex<Order>(),
  });
  const sides = { buy: createSide(), sell: createSide() };
  const indexOf = ({ side, stop }: Order) => (stop === undefined ? sides[side].limits : sides[side].stops);

  function add(order: Order): void {
    indexOf(order).add(order, rankOf(order), order.arrival);
    if (order.trailing) sides[order.side].trails.add(order, trailRankOf(order), order.arrival);
  }
  function remove(order: Order): void {
    indexOf(order).remove(order, rankOf(order), order.arrival);
    if (order.trailing) sides[order.side].trails.remove(order, trailRankOf(order), order.arrival);
  }
  function moveStop(order: Order, stop: number): void {
    remove(order);
    order.stop = stop;
    add(order);
  }
  type Index = typeof sides.buy.stops;
  function take(index: Index, rank: number, taken: Order[]): void {
    for (let order = index.takeReached(rank); order; order = index.takeReached(rank)) taken.push(order);
  }

  return {
    add,
    remove,
    moveStop,
    isEmpty: () => [sides.buy, sides.sell].every(({ stops, limits }) => stops.size() === 0 && limits.size() === 0),
    takeReached(bid, ask) {
      const reached: Order[] = [];
      take(sides.buy.limits, ask, reached);
      take(sides.sell.limits, -bid, reached);
      take(sides.buy.stops, -ask, reached);
      take(sides.sell.stops, bid, reached);
      for (const order of reached)
        if (order.trailing) sides[order.side].trails.remove(order, trailRankOf(order), order.arrival);
      return reached;
    },
    trail(bid, ask) {
      const moved: Order[] = [];
      take(sides.buy.trails, ask, moved);
      take(sides.sell.trails, -bid, moved);
      for (const order of moved) if (order.trailing) moveStop(order, trailedTo(order.side, bid, ask, order.trailing));
      return moved;
    },
  };
}

/** A limit to buy is reached by low asks, one to sell by high bids; a stop to buy by high asks, one to sell by low bids. */
function rankOf({ side, stop, limit }: BookOrder): number {
  if (stop !== undefined) return side === "buy" ? -stop : stop;
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  return side === "buy" ? limit : -limit;
}

/** A stop that sells is moved by high bids, one that buys by low asks. */
function trailRankOf({ side, stop = 0, trailing }: BookOrder): number {
  const price = trailing ? movesAt(side, stop, trailing) : 0;
  return side === "buy" ? price : -price;
}
