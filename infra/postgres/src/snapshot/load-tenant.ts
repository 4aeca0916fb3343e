import type { TenantId } from "@tradesage/contracts";
import { alone } from "../alone.ts";
import type { Postgres } from "../connect-postgres.ts";
import { createRole } from "../create-role.ts";
import { createSchema } from "../create-schema.ts";
import { tenantScope } from "../scope.ts";
import { applyTicks } from "./apply-ticks.ts";
import { cutTicks } from "./cut-ticks.ts";
import { load } from "./load.ts";
import { quoted, sumsOf, type TableSums, tablesWithoutHistory } from "./tables.ts";

/** The tenant's schema stands already: what is there is never written over. */
export class SchemaExists extends Error {
  override readonly name = "SchemaExists";
}

/**
 * Loads a snapshot's script into a new schema of `tenant`, whichever tenant it was taken of, and gives what its tables
 * hold: the same as when it was taken, or nothing is loaded. One transaction. Needs a patient connection for a large one.
 * @throws SchemaExists; PostgresUnavailable; Error when the script is not whole, or the rows are not the same.
 */
export async function loadTenant(
  postgres: Postgres,
  tenant: TenantId,
  script: AsyncIterable<Uint8Array>,
): Promise<TableSums> {
  const names = tenantScope(tenant);
  await postgres.owner((client) => createRole(client, names.role));
  return postgres.owner(async (client) => {
    await alone(client, names.schema);
    const { rowCount } = await client.query("select 1 from pg_namespace where nspname = $1", [names.schema]);
    if (rowCount) throw new SchemaExists(`the tenant ${tenant} has a schema already`);
    await createSchema(client, names, []);
    return load(client, script, () => true);
  });
}

/**
 * Loads a snapshot's script, and those of ticks that follow it, beside the tenant's schema, into one that nobody else
 * ever sees, and gives what its tables hold: the same as when it was taken. Nothing of it stays, whatever happens: its
 * transaction is undone.
 * @throws PostgresUnavailable; Error when the script is not whole, or the rows are not the same.
 */
export async function tryLoading(
  postgres: Postgres,
  tenant: TenantId,
  script: AsyncIterable<Uint8Array>,
  ticks: AsyncIterable<AsyncIterable<Uint8Array>>,
): Promise<TableSums> {
  const { role } = tenantScope(tenant);
  await postgres.owner((client) => createRole(client, role));
  return postgres.owner(async (client) => {
    await client.query("savepoint nothing");
    await createSchema(client, { role, schema: `trial_${tenant}` }, []);
    let sums = await load(client, script, () => true);
    let isChanged = false;
    for await (const more of ticks) {
      await applyTicks(client, more);
      isChanged = true;
    }
    if (isChanged) sums = await sumsOf(client);
    await client.query("rollback to savepoint nothing");
    return sums;
  });
}

/**
 * Loads of a snapshot's script only the rows that no history gives, ticks and bars among them, into the schema that
 * `tenant` has: into tables that are neither read models nor the schema's own bookkeeping, and in the place of what these
 * hold. Then the scripts of ticks that follow it; and takes out again what is later than `moment`, where one is given.
 * That is asked for last of all: nothing stays loaded where it fails.
 * @throws TenantNotProvisioned; PostgresUnavailable; Error as `loadTenant`; as `moment`.
 */
export function loadRowsWithoutHistory(
  postgres: Postgres,
  tenant: TenantId,
  script: AsyncIterable<Uint8Array>,
  ticks: AsyncIterable<AsyncIterable<Uint8Array>>,
  moment: () => Promise<Date | undefined> = async () => undefined,
): Promise<TableSums> {
  return postgres.tenant(tenant, async (_, client) => {
    const wanted = new Set((await tablesWithoutHistory(client)).map(({ name }) => name));
    await client.query(`truncate ${quoted([...wanted])}`);
    const taken = await load(client, script, (table) => wanted.has(table));
    let isChanged = false;
    for await (const more of ticks) {
      await applyTicks(client, more);
      isChanged = true;
    }
    const end = await moment();
    if (end && (await cutTicks(client, end))) isChanged = true;
    return isChanged ? sumsOf(client, { of: wanted }) : taken;
  });
}
