import type { Side, Trailing as ToldTrailing } from "@tradesage/contracts";
import type { MarketQuote } from "../calculation/market.ts";
import { normalised } from "./prices.ts";

/** How a stop follows the market, and how far its account knows of it. Prices are doubles. */
export interface Trailing {
  readonly distance: number;
  readonly step: number;
  readonly digits: number;
  /** Where the stop stands by its account's events. */
  recorded: number;
  /** The quote that it has followed since, as far as it has moved. */
  followed: MarketQuote | undefined;
  /** Its account is being told. */
  telling: Promise<void> | undefined;
}

/** `stopPrice` is written with the digits of its instrument. */
export function trailingOf(told: ToldTrailing | undefined, stopPrice: string | undefined): Trailing | undefined {
  if (!told || stopPrice === undefined) return undefined;
  const digits = stopPrice.length - 1 - stopPrice.indexOf(".");
  return {
    ...{ distance: Number(told.distance), step: Number(told.step), digits: stopPrice.includes(".") ? digits : 0 },
    ...{ recorded: Number(stopPrice), followed: undefined, telling: undefined },
  };
}

/** The price at which a stop moves: the bid from which what sells rises by a step, the ask from which what buys falls by one. */
export function movesAt(side: Side, stop: number, { distance, step, digits }: Trailing): number {
  const away = distance + step;
  return normalised(side === "sell" ? stop + away : stop - away, digits);
}

/** Where a stop stands that follows these prices. */
export const trailedTo = (side: Side, bid: number, ask: number, { distance, digits }: Trailing): number =>
  normalised(side === "sell" ? bid - distance : ask + distance, digits);

/** Takes where a stop stands by its account's events; whether that is beyond where it stands here: it trails one way only. */
export function advances(
  {
    side,
    stop,
    trailing,
  }: { readonly side: Side; readonly stop: number | undefined; readonly trailing: Trailing | undefined },
  recorded: number,
): boolean {
  if (!trailing || stop === undefined) return false;
  const isBeyond = (one: number, other: number) => (side === "sell" ? one > other : one < other);
  if (isBeyond(recorded, trailing.recorded)) trailing.recorded = recorded;
  return isBeyond(recorded, stop);
}
