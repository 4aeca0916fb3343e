import type { TenantId, TenantTemplate } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import { alone } from "../alone.ts";
import type { Postgres } from "../connect-postgres.ts";
import { createRole } from "../create-role.ts";
import { createSchema } from "../create-schema.ts";
import { migrate } from "../migrations/migrate.ts";
import { inFewSteps, tenantMigrations } from "../migrations/tenant/index.ts";
import { tenantScope } from "../scope.ts";
import { applyTicks } from "../snapshot/apply-ticks.ts";
import { load } from "../snapshot/load.ts";
import { sumsOf, type TableSums, tablesWithoutHistory } from "../snapshot/tables.ts";

/** A schema beside a tenant's own, of the same role: one that is being restored, or the one that it has replaced. */
export type Beside = "restoring" | "kept";
export const besideOf = (tenant: TenantId, which: Beside): string => `${which}_${tenant}`;

export interface BesideOptions {
  readonly template: TenantTemplate;
  /** All that a snapshot holds, or only what no history gives: the read models are then empty. */
  readonly readModels: boolean;
  readonly script: AsyncIterable<Uint8Array>;
  readonly ticks: AsyncIterable<AsyncIterable<Uint8Array>>;
}

/**
 * Makes a schema beside the tenant's own out of a snapshot's script and those of ticks that follow it, brought up to this
 * release, in the place of one that another try has left. Nobody reads it until it is swapped in. Gives what it holds.
 * Needs a patient connection.
 * @throws PostgresUnavailable; Error when a script is not whole, or the rows are not the same.
 */
export async function buildBeside(
  postgres: Postgres,
  tenant: TenantId,
  { template, readModels, script, ticks }: BesideOptions,
): Promise<TableSums> {
  const { role } = tenantScope(tenant);
  const schema = besideOf(tenant, "restoring");
  await postgres.owner((client) => createRole(client, role));
  return postgres.owner(async (client) => {
    await alone(client, schema);
    await dropAs(client, role, schema);
    const migrations = inFewSteps(tenantMigrations(template));
    await createSchema(client, { role, schema }, readModels ? [] : migrations);
    if (readModels) await load(client, script, () => true);
    else {
      const wanted = new Set((await tablesWithoutHistory(client)).map(({ name }) => name));
      await load(client, script, (table) => wanted.has(table));
    }
    for await (const more of ticks) await applyTicks(client, more);
    if (readModels) await migrate(client, migrations);
    return sumsOf(client);
  });
}

/** Deletes a schema beside the tenant's own, for good; nothing happens where there is none. */
export async function dropBeside(postgres: Postgres, tenant: TenantId, which: Beside): Promise<void> {
  await postgres.owner((client) => dropAs(client, tenantScope(tenant).role, besideOf(tenant, which)));
}

/** Only its owner may drop a schema, and a role that has no inheritance from him is not he. */
export async function dropAs(client: PoolClient, role: string, schema: string): Promise<void> {
  await client.query(`set local role ${role}`);
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.query("set local role none");
}
