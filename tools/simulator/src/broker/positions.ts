import type { PositionMode } from "@tradesage/contracts";

/** A position at the simulated server: prices in points, volumes in hundredths of a lot. */
export interface ServerPosition {
  readonly symbol: string;
  /** The ticket of the order that opened it, for ever; and its own, which the server may renew. */
  readonly identifier: number;
  ticket: number;
  /** Of the order that opened it. */
  readonly magic: string;
  /** Below zero is sold. */
  volume: number;
  /** Points times volume that it cost. */
  cost: number;
  stopLoss: number;
  takeProfit: number;
}

/** Where a trade belongs: in netting the symbol says it, in hedging the position's identifier. */
export interface Place {
  readonly symbol: string;
  readonly identifier: number;
  readonly magic: string;
}

/** The positions of one account, by symbol in netting, by identifier in hedging. */
export function createPositions(mode: PositionMode) {
  const all = new Map<string, ServerPosition>();
  const keyOf = ({ symbol, identifier }: Pick<Place, "symbol" | "identifier">) =>
    mode === "hedging" ? String(identifier) : symbol;
  return {
    all,
    of: (place: Pick<Place, "symbol" | "identifier">) => all.get(keyOf(place)),
    byTicket: (ticket: string) => [...all.values()].find((held) => String(held.ticket) === ticket),
    /** Books a trade; the profit of what it closes. */
    book(place: Place, volume: number, price: number): number {
      const { symbol, identifier, magic } = place;
      const begun = { symbol, identifier, ticket: identifier, magic, volume: 0, cost: 0, stopLoss: 0, takeProfit: 0 };
      const held = all.get(keyOf(place)) ?? begun;
      const isClosing = held.volume !== 0 && Math.sign(held.volume) !== Math.sign(volume);
      const closed = isClosing ? Math.min(Math.abs(volume), Math.abs(held.volume)) * Math.sign(volume) : 0;
      const cost = closed === 0 ? 0 : Math.round((held.cost * closed) / held.volume);
      const opened = volume - closed;
      const next = { ...held, volume: held.volume + volume, cost: held.cost + cost + opened * price };
      if (next.volume === 0) all.delete(keyOf(place));
      else all.set(keyOf(place), next);
      return closed === 0 ? 0 : cost - closed * price;
    },
  };
}

export const priceOf = ({ cost, volume }: ServerPosition): number => Math.round(cost / volume);
