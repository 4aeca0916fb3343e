import type { z } from "zod";
import type { CommandReply } from "../envelope.ts";
import type { QueryType } from "../messages.ts";
import type { RefusalCode } from "../refusals.ts";
import { auditRoutes } from "./audit-routes.ts";
import { backupRoutes } from "./backup-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { instrumentRoutes } from "./instrument-routes.ts";
import { journalRoutes } from "./journal-routes.ts";
import { marketDataRoutes } from "./market-data-routes.ts";
import { moneyRoutes } from "./money-routes.ts";
import { portfolioRoutes } from "./portfolio-routes.ts";
import { riskRoutes } from "./risk-routes.ts";
import type { RouteInput } from "./route.ts";
import { tenantRoutes } from "./tenant-routes.ts";
import { tradeRoutes } from "./trade-routes.ts";
import { tradingRoutes } from "./trading-routes.ts";

/** Every route of the HTTP API by its operation id. The gateway's router and the OpenAPI document are made from it. */
export const routes = {
  ...tenantRoutes,
  ...healthRoutes,
  ...backupRoutes,
  ...tradingRoutes,
  ...instrumentRoutes,
  ...moneyRoutes,
  ...tradeRoutes,
  ...journalRoutes,
  ...portfolioRoutes,
  ...riskRoutes,
  ...marketDataRoutes,
  ...auditRoutes,
} as const;

export type Routes = typeof routes;
export type OperationId = keyof Routes;

/** What a caller gives an operation. */
export type InputOf<Id extends OperationId> = RouteInput<Routes[Id]>;

/** What an operation answers. */
export type AnswerOf<Id extends OperationId> = Routes[Id] extends { readonly type: infer Type extends QueryType }
  ? z.output<Type["answer"]>
  : CommandReply;

/** What every route may be refused for. */
export const commonRefusals = {
  all: [
    "INVALID_INPUT",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "RATE_LIMITED",
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "INTERNAL",
  ],
  command: [
    "STATE_BEING_REBUILT",
    "MALFORMED_JSON",
    "INVALID_IDEMPOTENCY_KEY",
    "IDEMPOTENCY_KEY_REUSED",
    "BODY_TOO_LARGE",
    "BODY_TOO_SLOW",
    "UNSUPPORTED_MEDIA_TYPE",
  ],
  query: ["READ_MODEL_BEHIND"],
  tenant: ["TENANT_NOT_FOUND", "TENANT_NOT_ACTIVE", "TENANT_HELD"],
} as const satisfies Record<string, readonly RefusalCode[]>;
