import { TenantId } from "@tradesage/contracts";
import type { PoolClient, Postgres } from "@tradesage/postgres";
import { statementsAreCounted } from "./slow-statements.ts";

/** What Postgres has counted of a statement of a tenant's role, since its statistics were reset. Milliseconds. */
export interface StatementSample {
  readonly schema: string;
  readonly id: string;
  readonly calls: number;
  readonly total: number;
  readonly max: number;
}

/** Backups and restores read whole tables and say so: COPY, and sums of all rows. Nobody waits for them. */
const OF_WHOLE_TABLES = "^\\s*copy |hashtextextended\\(t::text";

/** Postgres reads every text to tell one, so those of statements that never took so long are not asked for. */
const TEXT_FROM_MS = 100;

/**
 * Samples every tenant's statements; none where they are not counted. Which of them read whole tables is remembered: texts
 * are asked for only when a slow one is new. A sample throws PostgresUnavailable.
 */
export function statementSampler(postgres: Pick<Postgres, "owner">): () => Promise<readonly StatementSample[]> {
  let ofWholeTables: ReadonlyMap<string, boolean> = new Map();
  return () =>
    postgres.owner(async (client) => {
      if (!(await statementsAreCounted(client))) return [];
      const { rows } = await client.query<StatementSample>(
        `select rolname as schema, queryid::text as id, calls::float8 as calls, total_exec_time as total, max_exec_time as max
         ${ofTenants(false)}`,
      );
      const slow = rows.filter(({ max }) => max >= TEXT_FROM_MS);
      const told = slow.every((sample) => ofWholeTables.has(keyOf(sample)))
        ? ofWholeTables
        : await whichReadWholeTables(client);
      ofWholeTables = new Map(slow.map(keyOf).map((key) => [key, told.get(key) ?? false]));
      return rows.filter((sample) => !ofWholeTables.get(keyOf(sample)));
    });
}

async function whichReadWholeTables(client: PoolClient): Promise<ReadonlyMap<string, boolean>> {
  const { rows } = await client.query<{ schema: string; id: string; whole: boolean | null }>(
    `select rolname as schema, queryid::text as id, query ~* $1 as whole
     ${ofTenants(true)} and max_exec_time >= $2`,
    [OF_WHOLE_TABLES, TEXT_FROM_MS],
  );
  return new Map(rows.map((row) => [keyOf(row), row.whole === true]));
}

const ofTenants = (withTexts: boolean) => `
  from pg_stat_statements(${withTexts}) join pg_roles on pg_roles.oid = userid
  where toplevel and rolname like 'tenant\\_%'
    and dbid = (select oid from pg_database where datname = current_database())`;

const keyOf = ({ schema, id }: Pick<StatementSample, "schema" | "id">) => `${schema} ${id}`;

/**
 * Seconds that the slowest statement of each tenant took between two samples: its longest run, where that was longer
 * than any before, else the mean of its runs.
 */
export function slowestSince(
  before: readonly StatementSample[] | undefined,
  now: readonly StatementSample[],
): ReadonlyMap<TenantId, number> {
  const slowest = new Map<TenantId, number>();
  if (before === undefined) return slowest;
  const then = new Map(before.map((sample) => [keyOf(sample), sample]));
  for (const sample of now) {
    const tenantId = TenantId.safeParse(sample.schema.slice("tenant_".length)).data;
    const ms = longest(then.get(keyOf(sample)), sample);
    if (tenantId !== undefined && ms / 1000 > (slowest.get(tenantId) ?? 0))
      slowest.set(tenantId, Math.round(ms) / 1000);
  }
  return slowest;
}

function longest(before: StatementSample | undefined, { calls, total, max }: StatementSample): number {
  // Counted for the first time, or anew.
  if (before === undefined || before.calls > calls) return max;
  if (before.calls === calls) return 0;
  return max > before.max ? max : (total - before.total) / (calls - before.calls);
}
