import type { InstrumentSpecification, InstrumentSymbol } from "@tradesage/contracts";
import { createMarkets } from "../markets/markets.ts";

/** A tick of one instrument. */
export interface ReplayTick {
  readonly symbol: InstrumentSymbol;
  readonly bid: number;
  readonly ask: number;
  /** Milliseconds since the epoch. */
  readonly timeMsc: number;
}

const NOBODY = "replay";

/** A market that is made of ticks of the past. */
export function replayMarket() {
  const market = createMarkets().of(NOBODY);
  return {
    define: (specification: InstrumentSpecification) => market.define(specification),
    take: ({ symbol, ...quote }: ReplayTick) => market.update(symbol, { ...quote, receivedAt: quote.timeMsc }),
    momentAt: (at: number) => ({ ...market, at, restrictions: [] }),
  };
}
