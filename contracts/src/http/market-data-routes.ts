import { marketDataQueries } from "../market-data/queries.ts";
import { tenantCommands } from "../tenants/tenants.ts";
import { type Route, readers } from "./route.ts";

const query = { kind: "query", method: "GET", scope: "tenant", owner: "market-data", roles: readers } as const;

export const marketDataRoutes = {
  listQuotes: {
    ...query,
    path: "/v1/quotes",
    summary: "The newest quote of every instrument, or those that stood at a moment",
    type: marketDataQueries.quotes,
    refusals: [],
  },
  getQuote: {
    ...query,
    path: "/v1/quotes/{symbol}",
    summary: "The newest quote of an instrument, or the one that stood at a moment",
    type: marketDataQueries.quote,
    refusals: ["INSTRUMENT_NOT_FOUND", "NO_QUOTE"],
  },
  listBars: {
    ...query,
    path: "/v1/instruments/{symbol}/bars",
    summary:
      "Bars of an instrument, oldest first; a download with Accept text/csv or application/vnd.apache.arrow.stream",
    downloads: ["csv", "arrow"],
    type: marketDataQueries.bars,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
  listGaps: {
    ...query,
    path: "/v1/instruments/{symbol}/gaps",
    summary: "Times without ticks inside the hours of the week in which the instrument has ticks",
    type: marketDataQueries.gaps,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
  listTickQuality: {
    ...query,
    path: "/v1/tick-quality",
    summary:
      "How good the ticks were, by instrument and day: kept, doubted by reason, repeated, lost inside the terminal, lost on the link",
    type: marketDataQueries.tickQuality,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
  getRetention: {
    ...query,
    scope: "platform",
    roles: ["operator", "admin"],
    path: "/v1/tenants/{tenantId}/retention",
    summary:
      "How long ticks, bars and the equity curve are kept, and what was dropped so far. A token of a tenant reads its own.",
    type: marketDataQueries.retention,
    refusals: ["TENANT_NOT_FOUND"],
  },
  setRetention: {
    kind: "command",
    method: "POST",
    path: "/v1/tenants/{tenantId}/retention",
    summary:
      "Keep ticks, bars of one length or the equity curve for so many days; null for ever. A token of a tenant sets its own.",
    type: tenantCommands.SetRetention,
    aggregate: "tenantId",
    example: { kind: "bars_1s", days: 30 },
    scope: "platform",
    owner: "tenants",
    roles: ["operator", "admin"],
    status: 200,
    refusals: ["TENANT_NOT_FOUND", "TENANT_NOT_ACTIVE"],
  },
  listTicks: {
    ...query,
    path: "/v1/instruments/{symbol}/ticks",
    summary:
      "Ticks of an instrument, oldest first; a download with Accept text/csv or application/vnd.apache.arrow.stream",
    downloads: ["csv", "arrow"],
    type: marketDataQueries.ticks,
    refusals: ["INSTRUMENT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
