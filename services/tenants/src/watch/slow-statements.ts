import type { SlowStatement, TenantId } from "@tradesage/contracts";
import { type PoolClient, type Postgres, schemaOf } from "@tradesage/postgres";

const MOST = 5;
const LONGEST = 500;

/** Whether `pg_stat_statements` is installed. */
export async function statementsAreCounted(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query("select 1 from pg_extension where extname = 'pg_stat_statements'");
  return rows.length > 0;
}

/** The statements of a tenant's role that took longest, by `pg_stat_statements`; none where that is not installed. */
export async function slowStatements(
  postgres: Pick<Postgres, "owner">,
  tenant: TenantId,
): Promise<readonly SlowStatement[]> {
  return postgres.owner(async (client) => {
    if (!(await statementsAreCounted(client))) return [];
    const { rows } = await client.query<{ statement: string; calls: string; mean: number; max: number }>(
      `select left(query, $3) as statement, calls, mean_exec_time as mean, max_exec_time as max
       from pg_stat_statements
       where userid = to_regrole($1) and dbid = (select oid from pg_database where datname = current_database())
       order by max_exec_time desc limit $2`,
      [schemaOf(tenant), MOST, LONGEST],
    );
    return rows.map(({ statement, calls, mean, max }) => ({
      statement,
      calls: Number(calls),
      meanMs: Math.round(mean * 100) / 100,
      maxMs: Math.round(max * 100) / 100,
    }));
  });
}
