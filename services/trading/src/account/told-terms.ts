import type { Trailing as ToldTrailing } from "@tradesage/contracts";
import { decimal } from "../calculation/decimal.ts";
import type { Stops, Trailing } from "./stops.ts";

/** The prices and the end of an order, as its events tell them. */
export const termsOf = ({
  limitPrice,
  stopPrice,
  trailing,
  expiresAt,
}: {
  readonly limitPrice?: string | undefined;
  readonly stopPrice?: string | undefined;
  readonly trailing?: ToldTrailing | undefined;
  readonly expiresAt?: string | undefined;
}) => ({
  limitPrice: limitPrice === undefined ? undefined : decimal(limitPrice),
  stopPrice: stopPrice === undefined ? undefined : decimal(stopPrice),
  trailing: trailingOf(trailing),
  expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
});

/** Where a position is closed, or one that an order will open. */
export const stopsOf = ({
  stopLoss,
  takeProfit,
  trailingStop,
}: {
  readonly stopLoss?: string | undefined;
  readonly takeProfit?: string | undefined;
  readonly trailingStop?: ToldTrailing | undefined;
}): Stops => ({
  stopLoss: stopLoss === undefined ? undefined : decimal(stopLoss),
  takeProfit: takeProfit === undefined ? undefined : decimal(takeProfit),
  trailingStop: trailingOf(trailingStop),
});

export const trailingOf = (told: ToldTrailing | undefined): Trailing | undefined =>
  told && { distance: decimal(told.distance), step: decimal(told.step) };
