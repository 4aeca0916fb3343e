import { accountCommands } from "../trading/accounts.ts";
import { riskQueries } from "../trading/risk.ts";
import { deskCommands, deskQueries } from "../trading/trading-state.ts";
import { type Route, readers } from "./route.ts";

const command = { kind: "command", method: "POST", owner: "trading", status: 200 } as const;
const settingAccount = {
  ...command,
  scope: "tenant",
  aggregate: "accountId",
  roles: ["admin"],
  refusals: ["ACCOUNT_NOT_FOUND"],
} as const;
const settingDesk = {
  ...command,
  scope: "platform",
  aggregate: "tenantId",
  roles: ["operator", "admin"],
  refusals: ["TENANT_NOT_FOUND", "NOT_IN_TEMPLATE"],
} as const;
const askingDesk = {
  kind: "query",
  method: "GET",
  scope: "platform",
  owner: "projections",
  roles: ["operator", "admin", "trader", "viewer"],
  refusals: ["TENANT_NOT_FOUND"],
} as const;

export const riskRoutes = {
  setTradingState: {
    ...settingAccount,
    path: "/v1/accounts/{accountId}/trading-state",
    summary:
      "Halt an account, let it reduce only, or let it trade again. Orders that it may not have any more are cancelled.",
    type: accountCommands.SetTradingState,
    example: { state: "halted", reason: "The trader does not answer" },
  },
  setRiskRules: {
    ...settingAccount,
    path: "/v1/accounts/{accountId}/risk-rules",
    summary: "Hold an account to these rules from now on, instead of those before",
    type: accountCommands.SetRiskRules,
    example: { rules: { name: "house", limits: { orderVolume: "5", openOrders: 20, priceCollar: "3" } } },
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
    ...settingDesk,
    path: "/v1/tenants/{tenantId}/desk",
    summary:
      "The kill switch: halt all accounts of a tenant, let them reduce only, or let them trade again. For an operator, `platform` is the tenant that stands for all. Orders that they may not have any more are cancelled after the answer.",
    type: deskCommands.SetDeskState,
    example: { state: "halted", reason: "The feed is wrong" },
  },
  listDesks: {
    ...askingDesk,
    path: "/v1/tenants/{tenantId}/desk",
    summary: "Whether a tenant's accounts may trade: what was set for the tenant, and for the platform",
    type: deskQueries.desks,
  },
  setRollover: {
    ...settingDesk,
    path: "/v1/tenants/{tenantId}/rollover",
    summary:
      "Charge a tenant's accounts for nights at this time of day in this zone from now on; without both, at midnight by each instrument's own clock",
    type: deskCommands.SetRollover,
    example: { at: "17:00", zone: "America/New_York" },
  },
  setDeskPaperTerms: {
    ...settingDesk,
    path: "/v1/tenants/{tenantId}/paper-terms",
    summary:
      "Set how the paper venue fills the orders of a tenant's accounts, but for those that have terms of their own: latency, slippage, commission, depth, seed",
    type: deskCommands.SetDeskPaperTerms,
    example: { latencyMs: 50, slippage: { model: "random", ticks: 3 }, seed: "2026-01" },
  },
  getDeskTerms: {
    ...askingDesk,
    path: "/v1/tenants/{tenantId}/desk/terms",
    summary: "On what terms all accounts of a tenant trade: when days end, and how the paper venue fills orders",
    type: deskQueries.deskTerms,
  },
} as const satisfies Record<string, Route>;
