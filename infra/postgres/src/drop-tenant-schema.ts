import type { TenantId } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import { alone } from "./alone.ts";
import type { Postgres } from "./connect-postgres.ts";
import { TenantNotProvisioned } from "./errors.ts";
import { type ScopeNames, tenantScope } from "./scope.ts";

/** A transaction holds a lock for each table that it drops, and the server has a few thousand for all. */
const CHUNKS_TOGETHER = 200;

/**
 * Drops a tenant's schema with everything in it, then its role. Safe to repeat after a failure at any point; nothing
 * happens where nothing is.
 * @throws ZodError when the id is not a tenant's; PostgresUnavailable.
 */
export async function dropTenantSchema(postgres: Postgres, tenant: TenantId): Promise<void> {
  const names = tenantScope(tenant);
  try {
    while (await postgres.tenant(tenant, (_, client) => dropOldestChunks(client, names)));
    await postgres.tenant(tenant, async (_, client) => {
      await alone(client, names.schema);
      await client.query(`drop schema ${names.schema} cascade`);
      // What a role has granted, and would by default, keeps it from being dropped.
      await client.query(`drop owned by ${names.role}`);
    });
  } catch (error) {
    if (!(error instanceof TenantNotProvisioned)) throw error;
  }
  await postgres.owner((client) => client.query(`drop role if exists ${names.role}`));
}

/** Drops chunks of the hypertable that has the most, if those are too many for one transaction; says whether it did. */
async function dropOldestChunks(client: PoolClient, { schema }: ScopeNames): Promise<boolean> {
  const { rows } = await client.query<{ hypertable: string; until: string }>(
    `select hypertable_name as hypertable, (array_agg(range_end order by range_end))[$2]::text as until
     from timescaledb_information.chunks where hypertable_schema = $1
     group by hypertable_name having count(*) > $2 order by count(*) desc limit 1`,
    [schema, CHUNKS_TOGETHER],
  );
  const [most] = rows;
  if (!most) return false;
  await client.query("select drop_chunks($1::regclass, older_than => $2::timestamptz)", [most.hypertable, most.until]);
  return true;
}
