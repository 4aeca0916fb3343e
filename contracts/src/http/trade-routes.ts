import { tradeQueries } from "../trading/trades.ts";
import { type Route, readers } from "./route.ts";

const query = { kind: "query", method: "GET", scope: "tenant", owner: "projections", roles: readers } as const;

export const tradeRoutes = {
  listTrades: {
    ...query,
    path: "/v1/accounts/{accountId}/trades",
    summary:
      "Trades of an account from opening to close, newest first: profit, risk, R, tags, and whether its stop was moved",
    type: tradeQueries.trades,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  getTrade: {
    ...query,
    path: "/v1/accounts/{accountId}/trades/{tradeId}",
    summary: "One trade with its fills, every change of its stops, and how far the market went against and for it",
    type: tradeQueries.trade,
    refusals: ["ACCOUNT_NOT_FOUND", "TRADE_NOT_FOUND"],
  },
  getExposure: {
    ...query,
    path: "/v1/accounts/{accountId}/exposure",
    summary: "What an account's open positions are worth, by instrument and by currency",
    type: tradeQueries.exposure,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
