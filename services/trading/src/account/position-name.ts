import type { InstrumentSymbol, OrderId } from "@tradesage/contracts";

/** Which position is meant: in netting its symbol says it, in hedging the id of the order that opened it. */
export interface Named {
  readonly symbol: InstrumentSymbol;
  readonly positionId?: OrderId | undefined;
}

/** Its key among an account's positions. */
export const keyOf = ({ symbol, positionId }: Named): string => positionId ?? symbol;

/** The name of a position as commands and events write it. */
export const nameOf = ({ symbol, positionId }: Named) => ({
  symbol,
  ...(positionId !== undefined && { positionId }),
});
