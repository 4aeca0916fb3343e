import { TenantId } from "@tradesage/contracts";
import type { PoolClient, Postgres } from "@tradesage/postgres";
import { knownSizes } from "./known-sizes.ts";

/** What Postgres tells of a tenant at one moment. */
export interface Sample {
  readonly tenantId: TenantId;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly connections: number;
  /** Ticks ever written, as Postgres counts; less after chunks were dropped. */
  readonly ticksWritten: number;
}

/**
 * Samples tenants with a schema, by the catalog and the statistics of Postgres: a chunk belongs to its tenant's role. No
 * row of a tenant is read. A tenant whose size is not known yet has no sample. A sample throws PostgresUnavailable.
 */
export function tenantSampler(postgres: Pick<Postgres, "owner">): () => Promise<readonly Sample[]> {
  const sizesOf = knownSizes();
  return () =>
    postgres.owner(async (client) => {
      const tenants = await statisticsOf(client);
      const sizes = await sizesOf(tenants, (schemas) => measure(client, schemas));
      const connections = await connectionsOf(client);
      return tenants.flatMap(({ schema, tenantId, rows, ticks }): Sample[] => {
        const sizeBytes = sizes.get(schema);
        if (sizeBytes === undefined) return [];
        const counts = { rows: Number(rows), ticksWritten: Number(ticks) };
        return [{ tenantId, sizeBytes, ...counts, connections: connections.get(schema) ?? 0 }];
      });
    });
}

async function statisticsOf(client: PoolClient) {
  const { rows } = await client.query<Record<"schema" | "rows" | "mark" | "ticks", string>>(`
    select r.rolname as schema, sum(pg_stat_get_live_tuples(c.oid)) as rows, concat(count(*), ' ', sum(
        pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid))) as mark,
      coalesce(sum(pg_stat_get_tuples_inserted(c.oid)) filter (where hypertable.relname = 'ticks'), 0) as ticks
    from pg_class c join pg_roles r on r.oid = c.relowner
    left join pg_inherits on inhrelid = c.oid left join pg_class hypertable on hypertable.oid = inhparent
    where c.relkind = 'r' and r.rolname like 'tenant\\_%' group by r.rolname order by r.rolname`);
  return rows.flatMap((row) => {
    const tenantId = TenantId.safeParse(row.schema.slice("tenant_".length)).data;
    return tenantId === undefined ? [] : [{ ...row, tenantId }];
  });
}

async function measure(client: PoolClient, schemas: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<Record<"schema" | "size", string>>(
    `select r.rolname as schema, sum(pg_total_relation_size(c.oid)) as size
     from pg_class c join pg_roles r on r.oid = c.relowner where c.relkind = 'r' and r.rolname = any($1) group by r.rolname`,
    [schemas],
  );
  return new Map(rows.map(({ schema, size }) => [schema, Number(size)]));
}

/** How many others work in the tables of each tenant. */
async function connectionsOf(client: PoolClient): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<Record<"schema" | "connections", string>>(
    `select r.rolname as schema, count(distinct pid) as connections
     from pg_locks join pg_class c on c.oid = relation join pg_roles r on r.oid = c.relowner
     where c.relkind = 'r' and r.rolname like 'tenant\\_%' and pid <> pg_backend_pid() group by r.rolname`,
  );
  return new Map(rows.map(({ schema, connections }) => [schema, Number(connections)]));
}
