import { type Aggregate, type AuditedModel, PLATFORM, type Scope } from "@tradesage/contracts";
import { accountRisk } from "./account-risk/projection.ts";
import { accounts } from "./accounts/projection.ts";
import { backups } from "./backups/projection.ts";
import { deskTerms } from "./desk-terms/projection.ts";
import { desks } from "./desks/projection.ts";
import { executions } from "./executions/projection.ts";
import { instruments } from "./instruments/projection.ts";
import { journalEntries, journalWordings, tradeTags } from "./journal/projections.ts";
import { ledger } from "./ledger/projection.ts";
import { orders } from "./orders/projection.ts";
import { positions } from "./positions/projection.ts";
import type { Projection } from "./projection.ts";
import { tenants } from "./tenants/projection.ts";
import { terminalKeys } from "./terminal-keys/projection.ts";
import { tradeEvents } from "./trades/projection.ts";

const ofPlatform: readonly Projection[] = [tenants, backups, terminalKeys, desks, deskTerms];
const ofTenant: readonly Projection[] = [
  instruments,
  accounts,
  accountRisk,
  orders,
  executions,
  positions,
  ledger,
  tradeEvents,
  tradeTags,
  journalEntries,
  journalWordings,
];

/** The read models of the platform, or of any tenant; its template says which of them it has. */
export const projectionsOf = (scope: Scope): readonly Projection[] => (scope === PLATFORM ? ofPlatform : ofTenant);

/** The read model whose table has this name. */
export function projectionOf(table: AuditedModel): Projection {
  const found = [...ofPlatform, ...ofTenant].find((projection) => projection.table === table);
  if (!found) throw new Error(`no read model is called ${table}`);
  return found;
}

/** Whether the platform has a read model of such streams, too. */
export const isOfPlatform = (aggregate: Aggregate): boolean =>
  ofPlatform.some((projection) => projection.aggregate === aggregate);
