/** What an order is ranked by: the better its price for the market, the sooner it is reached. */
interface Ranked<Order> {
  readonly rank: number;
  readonly arrival: number;
  readonly order: Order;
}

/** Resting orders of one side in price-time priority: a tick looks at the best one, and never at those behind it. */
export interface OrderIndex<Order> {
  /** Puts an order behind those of its rank that arrived before it. */
  add(order: Order, rank: number, arrival: number): void;
  remove(order: Order, rank: number, arrival: number): void;
  size(): number;
  /** Takes out the best order if its rank is at least this. */
  takeReached(rank: number): Order | undefined;
}

/** A sorted array, best order last: looking and taking are O(1), adding and removing a binary search and a move. */
export function createOrderIndex<Order>(): OrderIndex<Order> {
  const entries: Ranked<Order>[] = [];

  /** Where such an entry is, or belongs. */
  function placeOf(rank: number, arrival: number): number {
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = entries[middle] as Ranked<Order>;
      if (entry.rank < rank || (entry.rank === rank && entry.arrival > arrival)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    size: () => entries.length,
    add: (order, rank, arrival) => void entries.splice(placeOf(rank, arrival), 0, { rank, arrival, order }),
    remove(order, rank, arrival) {
      const place = placeOf(rank, arrival);
      if (entries[place]?.order === order) entries.splice(place, 1);
    },
    takeReached(rank) {
      const best = entries.at(-1);
      return best !== undefined && best.rank >= rank ? entries.pop()?.order : undefined;
    },
  };
}
