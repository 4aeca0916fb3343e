import { type Aggregate, PLATFORM, type Scope } from "@tradesage/contracts";
import { accounts } from "./accounts/projection.ts";
import { backups } from "./backups/projection.ts";
import { executions } from "./executions/projection.ts";
import { instruments } from "./instruments/projection.ts";
import { orders } from "./orders/projection.ts";
import { positions } from "./positions/projection.ts";
import type { Projection } from "./projection.ts";
import { tenants } from "./tenants/projection.ts";
import { terminalKeys } from "./terminal-keys/projection.ts";

const ofPlatform: readonly Projection[] = [tenants, backups, terminalKeys];
const ofTenant: readonly Projection[] = [instruments, accounts, orders, executions, positions];

/** The read models of the platform, or of any tenant; its template says which of them it has. */
export const projectionsOf = (scope: Scope): readonly Projection[] => (scope === PLATFORM ? ofPlatform : ofTenant);

/** Whether the platform has a read model of such streams, too. */
export const isOfPlatform = (aggregate: Aggregate): boolean =>
  ofPlatform.some((projection) => projection.aggregate === aggregate);
