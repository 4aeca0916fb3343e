import { liveQueries } from "../trading/live-state.ts";
import { type Route, readers } from "./route.ts";

export const portfolioRoutes = {
  getLiveState: {
    ...{ kind: "query", method: "GET", scope: "tenant", roles: readers },
    owner: "live",
    path: "/v1/accounts/{accountId}/state",
    summary:
      "What an account is worth at the newest quotes: equity, margin, free margin, and what each position would earn now",
    type: liveQueries.liveState,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
