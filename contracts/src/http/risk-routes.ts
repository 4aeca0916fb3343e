import { accountCommands } from "../trading/accounts.ts";
import { riskQueries } from "../trading/risk.ts";
import { deskCommands, deskQueries } from "../trading/trading-state.ts";
import { type Route, readers } from "./route.ts";

export const riskRoutes = {
  setTradingState: {
    kind: "command",
    method: "POST",
    path: "/v1/accounts/{accountId}/trading-state",
    summary:
      "Halt an account, let it reduce only, or let it trade again. Orders that it may not have any more are cancelled.",
    type: accountCommands.SetTradingState,
    example: { state: "halted", reason: "The trader does not answer" },
    aggregate: "accountId",
    scope: "tenant",
    owner: "trading",
    roles: ["admin"],
    status: 200,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  setRiskRules: {
    kind: "command",
    method: "POST",
    path: "/v1/accounts/{accountId}/risk-rules",
    summary: "Hold an account to these rules from now on, instead of those before",
    type: accountCommands.SetRiskRules,
    example: { rules: { name: "house", limits: { orderVolume: "5", openOrders: 20, priceCollar: "3" } } },
    aggregate: "accountId",
    scope: "tenant",
    owner: "trading",
    roles: ["admin"],
    status: 200,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  getAccountRisk: {
    kind: "query",
    method: "GET",
    path: "/v1/accounts/{accountId}/risk",
    summary: "The rules that an account is held to",
    type: riskQueries.accountRisk,
    scope: "tenant",
    owner: "projections",
    roles: readers,
    refusals: ["ACCOUNT_NOT_FOUND", "NOT_IN_TEMPLATE"],
  },
  setDeskState: {
    kind: "command",
    method: "POST",
    path: "/v1/tenants/{tenantId}/desk",
    summary:
      "The kill switch: halt all accounts of a tenant, let them reduce only, or let them trade again. For an operator, `platform` is the tenant that stands for all. Orders that they may not have any more are cancelled after the answer.",
    type: deskCommands.SetDeskState,
    example: { state: "halted", reason: "The feed is wrong" },
    aggregate: "tenantId",
    scope: "platform",
    owner: "trading",
    roles: ["operator", "admin"],
    status: 200,
    refusals: ["TENANT_NOT_FOUND", "NOT_IN_TEMPLATE"],
  },
  listDesks: {
    kind: "query",
    method: "GET",
    path: "/v1/tenants/{tenantId}/desk",
    summary: "Whether a tenant's accounts may trade: what was set for the tenant, and for the platform",
    type: deskQueries.desks,
    scope: "platform",
    owner: "projections",
    roles: ["operator", "admin", "trader", "viewer"],
    refusals: ["TENANT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
