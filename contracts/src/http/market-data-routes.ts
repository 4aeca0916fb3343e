import { marketDataQueries } from "../market-data/queries.ts";
import { type Route, readers } from "./route.ts";

const query = { kind: "query", method: "GET", scope: "tenant", owner: "market-data", roles: readers } as const;

export const marketDataRoutes = {
  listQuotes: {
    ...query,
    path: "/v1/quotes",
    summary: "The newest quote of every instrument",
    type: marketDataQueries.quotes,
    refusals: [],
  },
  getQuote: {
    ...query,
    path: "/v1/quotes/{symbol}",
    summary: "The newest quote of an instrument",
    type: marketDataQueries.quote,
    refusals: ["INSTRUMENT_NOT_FOUND", "NO_QUOTE"],
  },
  listBars: {
    ...query,
    path: "/v1/instruments/{symbol}/bars",
    summary: "Bars of an instrument, oldest first",
    type: marketDataQueries.bars,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
  listTicks: {
    ...query,
    path: "/v1/instruments/{symbol}/ticks",
    summary: "Ticks of an instrument, oldest first",
    type: marketDataQueries.ticks,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
