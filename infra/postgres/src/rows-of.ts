import type { TenantId } from "@tradesage/contracts";
import type { Postgres } from "./connect-postgres.ts";
import { tenantScope } from "./scope.ts";

/** About how many rows a tenant's tables have, by the statistics of Postgres; 0 where it has none. */
export const rowsOf = (postgres: Postgres, tenant: TenantId): Promise<number> =>
  postgres.owner(async (client) => {
    const { rows } = await client.query<{ rows: string }>(
      `select coalesce(sum(n_live_tup), 0)::text as rows
       from pg_class join pg_stat_all_tables on relid = pg_class.oid where relowner = to_regrole($1)`,
      [tenantScope(tenant).role],
    );
    return Number(rows[0]?.rows ?? 0);
  });
