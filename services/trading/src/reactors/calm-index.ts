import { createOrderIndex } from "../paper-venue/order-index.ts";
import type { CalmQuotes } from "../risk/room.ts";

/** Who waits for the quotes of an instrument to leave a range: a tick looks at the nearest bounds, at none behind them. */
export interface CalmIndex<Item> {
  /** Puts one in, in the place of what it waited for. */
  put(item: Item, calm: CalmQuotes): void;
  remove(item: Item): void;
  isEmpty(): boolean;
  /** Takes out those whose range such prices are not inside of. */
  takeLeft(bid: number, ask: number): Item[];
}

/** Ranks by which a range is left, in the order of `takeLeft`. */
type Ranks = readonly [bidFalls: number, bidRises: number, askFalls: number, askRises: number];

export function createCalmIndex<Item>(): CalmIndex<Item> {
  const bounds = [0, 1, 2, 3].map(() => createOrderIndex<Item>());
  const waiting = new Map<Item, { readonly ranks: Ranks; readonly arrival: number }>();
  let arrivals = 0;

  function remove(item: Item): void {
    const known = waiting.get(item);
    if (!known) return;
    waiting.delete(item);
    for (const [side, index] of bounds.entries()) index.remove(item, known.ranks[side] as number, known.arrival);
  }

  return {
    put(item, calm) {
      remove(item);
      const ranks: Ranks = [calm.bid.above, -calm.bid.below, calm.ask.above, -calm.ask.below];
      const arrival = ++arrivals;
      waiting.set(item, { ranks, arrival });
      for (const [side, index] of bounds.entries()) index.add(item, ranks[side] as number, arrival);
    },
    remove,
    isEmpty: () => waiting.size === 0,
    takeLeft(bid, ask) {
      const left: Item[] = [];
      const prices = [bid, -bid, ask, -ask];
      for (const [side, index] of bounds.entries()) {
        const price = prices[side] as number;
        for (let item = index.takeReached(price); item !== undefined; item = index.takeReached(price)) {
          remove(item);
          left.push(item);
        }
      }
      return left;
    },
  };
}
