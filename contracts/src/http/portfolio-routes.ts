import { equityQueries } from "../trading/equity.ts";
import { liveQueries } from "../trading/live-state.ts";
import { type Route, readers } from "./route.ts";

const query = { kind: "query", method: "GET", scope: "tenant", roles: readers } as const;

export const portfolioRoutes = {
  getLiveState: {
    ...query,
    owner: "live",
    path: "/v1/accounts/{accountId}/state",
    summary:
      "What an account is worth at the newest quotes: equity, margin, free margin, and what each position would earn now",
    type: liveQueries.liveState,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  listEquity: {
    ...query,
    owner: "projections",
    path: "/v1/accounts/{accountId}/equity",
    summary:
      "What an account was worth, by intervals, oldest first, and its largest drawdown; a download with Accept text/csv or application/vnd.apache.arrow.stream",
    downloads: ["csv", "arrow"],
    type: equityQueries.equity,
    refusals: ["ACCOUNT_NOT_FOUND", "NOT_IN_TEMPLATE"],
  },
} as const satisfies Record<string, Route>;
