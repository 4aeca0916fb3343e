import { modelQueries, stateQueries } from "../audit/as-of.ts";
import { auditQueries } from "../audit/audit.ts";
import { chainQueries } from "../audit/chain.ts";
import type { Route } from "./route.ts";

const audit = { kind: "query", method: "GET", scope: "tenant", roles: ["auditor", "admin"] } as const;
/** A state or read model of the past is folded anew from the history. */
const replay = { ...audit, deadlineMs: 30_000, refusals: ["HISTORY_TOO_LONG", "ANSWER_TOO_LARGE"] } as const;

export const auditRoutes = {
  listAuditEvents: {
    ...audit,
    owner: "audit",
    path: "/v1/audit/events",
    summary:
      "Every event of the tenant, oldest first: what happened, who did it and why; a download with Accept text/csv or application/x-ndjson",
    downloads: ["csv", "ndjson"],
    type: auditQueries.auditEvents,
    refusals: [],
  },
  getAccountState: {
    ...replay,
    owner: "trading",
    path: "/v1/audit/accounts/{accountId}/state",
    summary: "An account as its commands were decided on, at any moment, and what has changed since another",
    type: stateQueries.accountState,
  },
  getJournalState: {
    ...replay,
    owner: "trading",
    path: "/v1/audit/accounts/{accountId}/journal/state",
    summary: "What an account's journal was decided on at any moment, and what has changed since another",
    type: stateQueries.journalState,
  },
  getInstrumentState: {
    ...replay,
    owner: "trading",
    path: "/v1/audit/instruments/{symbol}/state",
    summary: "An instrument at any moment, and what has changed since another",
    type: stateQueries.instrumentState,
  },
  getTenantState: {
    ...replay,
    owner: "tenants",
    path: "/v1/audit/tenant/state",
    summary: "The tenant itself at any moment, and what has changed since another",
    type: stateQueries.tenantState,
  },
  getBackupsState: {
    ...replay,
    owner: "backups",
    path: "/v1/audit/backups/state",
    summary: "The tenant's backups at any moment, and what has changed since another",
    type: stateQueries.backupsState,
  },
  listChainHeads: {
    ...audit,
    scope: "platform",
    owner: "audit",
    roles: ["operator", "auditor", "admin"],
    path: "/v1/tenants/{tenantId}/chain",
    summary: "The signed heads of the chain of the tenant's events, newest first",
    type: chainQueries.chainHeads,
    refusals: ["TENANT_NOT_FOUND"],
  },
  getModelAsOf: {
    ...replay,
    owner: "audit",
    path: "/v1/audit/models/{model}",
    summary: "The rows of a read model at any moment, or those that have changed since another",
    type: modelQueries.auditModel,
  },
} as const satisfies Record<string, Route>;
