import { type InstrumentSpecification, refuse, type Side, type TrailingRequest } from "@tradesage/contracts";
import { type Big, decimal, larger, zero } from "../calculation/decimal.ts";
import type { OpenPosition } from "./account.ts";
import type { Stops, Trailing } from "./stops.ts";

/** Where a stop stands that begins to trail now, or that trails from here: what sells stands below the bid. */
export function trailedFrom(
  side: Side,
  { bid, ask }: { readonly bid: Big; readonly ask: Big },
  { distance }: Trailing,
  { tickSize }: InstrumentSpecification,
): Big {
  return side === "buy" ? ask.plus(distance) : larger(bid.minus(distance), decimal(tickSize));
}

/** The stops of a position on `side` from now on: a stop that trails begins at its distance from these prices. */
export const beginning = (
  stops: Stops,
  side: Side,
  quote: { readonly bid: Big; readonly ask: Big },
  instrument: InstrumentSpecification,
): Stops =>
  stops.trailingStop
    ? { ...stops, stopLoss: trailedFrom(closingSide(side), quote, stops.trailingStop, instrument) }
    : stops;

/** These stops where the position's own trails in that way already: it stays where it has come to. */
export function standing(asked: Stops, { stops: { stopLoss, trailingStop } }: OpenPosition): Stops | undefined {
  const isSame =
    asked.trailingStop?.distance.eq(trailingStop?.distance ?? zero) &&
    asked.trailingStop.step.eq(trailingStop?.step ?? zero);
  return isSame ? { ...asked, stopLoss } : undefined;
}

/** @throws Refused PRICE_OFF_TICK */
export function validTrailing(given: TrailingRequest, { tickSize }: InstrumentSpecification): Trailing {
  const tick = decimal(tickSize);
  const mustFit = (text: string): Big => {
    const value = decimal(text);
    return value.mod(tick).eq(zero) ? value : refuse("PRICE_OFF_TICK", undefined, { ...given, tickSize });
  };
  const distance = mustFit(given.distance);
  const tenth = distance.div(decimal("10"));
  return { distance, step: given.step ? mustFit(given.step) : larger(tick, tenth.minus(tenth.mod(tick))) };
}

/** The side of the order that closes a position. */
export const closingSide = (side: Side): Side => (side === "buy" ? "sell" : "buy");
