import { TenantId } from "@tradesage/contracts";
import type { PoolClient, Postgres } from "@tradesage/postgres";

/** What Postgres tells of a tenant at one moment. */
export interface Sample {
  readonly tenantId: TenantId;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly connections: number;
  /** Ticks ever written, as Postgres counts; less after chunks were dropped. */
  readonly ticksWritten: number;
}

interface Measured {
  /** Another one whenever something was written to the tenant's tables. */
  readonly mark: string;
  readonly sizeBytes: number;
}

/**
 * Samples every tenant with a schema, by the catalog and the statistics of Postgres: a chunk belongs to its tenant's role.
 * No row of a tenant is read. To tell a size, Postgres looks at each of a hundred files, so it is asked only for tenants
 * that were written to since the sample before. A sample throws PostgresUnavailable.
 */
export function tenantSampler(postgres: Pick<Postgres, "owner">): () => Promise<readonly Sample[]> {
  let known: ReadonlyMap<string, Measured> = new Map();
  return () =>
    postgres.owner(async (client) => {
      const tenants = await statisticsOf(client);
      const written = tenants.filter(({ schema, mark }) => known.get(schema)?.mark !== mark);
      const sizes = await sizesOf(client, written);
      const connections = await connectionsOf(client);
      known = new Map(
        tenants.map(({ schema, mark }) => [
          schema,
          { mark, sizeBytes: sizes.get(schema) ?? known.get(schema)?.sizeBytes ?? 0 },
        ]),
      );
      return tenants.map(({ schema, tenantId, rows, ticks }) => ({
        tenantId,
        sizeBytes: known.get(schema)?.sizeBytes ?? 0,
        rows: Number(rows),
        connections: connections.get(schema) ?? 0,
        ticksWritten: Number(ticks),
      }));
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

async function sizesOf(
  client: PoolClient,
  tenants: readonly { readonly schema: string }[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<Record<"schema" | "size", string>>(
    `select r.rolname as schema, sum(pg_total_relation_size(c.oid)) as size
     from pg_class c join pg_roles r on r.oid = c.relowner where c.relkind = 'r' and r.rolname = any($1) group by r.rolname`,
    [tenants.map(({ schema }) => schema)],
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
