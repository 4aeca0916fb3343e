import { TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";

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
 * Every tenant with a schema, by the catalog and the statistics of Postgres: a chunk belongs to its tenant's role. No
 * row of a tenant is read. Throws PostgresUnavailable.
 */
export async function sampleTenants(postgres: Pick<Postgres, "owner">): Promise<readonly Sample[]> {
  const { rows } = await postgres.owner((client) =>
    client.query<Record<"schema" | "size" | "rows" | "connections" | "ticks", string>>(`
      with relation as (
        select r.rolname as schema, c.oid from pg_class c join pg_roles r on r.oid = c.relowner
        where c.relkind = 'r' and r.rolname like 'tenant\\_%'
      ), tick_chunk as (
        select format('%I.%I', chunk_schema, chunk_name)::regclass::oid as oid
        from timescaledb_information.chunks where hypertable_name = 'ticks'
      ), working as (
        select schema, count(distinct pid) as connections from pg_locks join relation on oid = relation
        where pid <> pg_backend_pid() group by schema
      )
      select schema, sum(pg_total_relation_size(oid))::bigint as size, sum(coalesce(n_live_tup, 0))::bigint as rows,
        coalesce(max(working.connections), 0) as connections,
        coalesce(sum(n_tup_ins) filter (where oid in (select oid from tick_chunk)), 0)::bigint as ticks
      from relation left join pg_stat_all_tables s on s.relid = oid left join working using (schema)
      group by schema order by schema`),
  );
  return rows.flatMap(({ schema, size, rows, connections, ticks }) => {
    const tenantId = TenantId.safeParse(schema.slice("tenant_".length)).data;
    if (tenantId === undefined) return [];
    const [sizeBytes, ticksWritten] = [Number(size), Number(ticks)];
    return [{ tenantId, sizeBytes, rows: Number(rows), connections: Number(connections), ticksWritten }];
  });
}
