import { type TenantId, Timeframe, timeframes } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import type { Postgres } from "../connect-postgres.ts";
import { BODY, END_OF_BODY } from "./script.ts";
import { inUtc, quoted, sumOf, sumQuery, type TableShape, type TableSum, tablesWithoutHistory } from "./tables.ts";
import { endTickEpoch } from "./tick-epoch.ts";
import { copyOut, setSequences, statement, text } from "./write-script.ts";

/** What was written to a tenant's ticks since an epoch. */
export interface TicksDump {
  /** The epoch up to which everything is in it: the next dump goes on behind it. */
  readonly upTo: bigint;
  /** The script, to be taken once. */
  readonly script: AsyncIterable<Buffer>;
}

/**
 * Gives a script that brings the tables without history from where they were at the end of the epoch `after` to where
 * they are at one moment now: of ticks and bars it has only the hours that were written to since, each as a whole, of the
 * other tables everything. It compares what it has loaded by checksum. `applyTicks` loads it, and so does stock `psql`
 * in the tenant's schema. `take` must take the whole script before it resolves. Needs a patient connection.
 * @throws TenantNotProvisioned; PostgresUnavailable.
 */
export async function dumpTicks<Result>(
  postgres: Postgres,
  tenant: TenantId,
  after: bigint,
  take: (dump: TicksDump) => Promise<Result>,
): Promise<Result> {
  const upTo = await endTickEpoch(postgres, tenant);
  return postgres.tenant(tenant, (_, client) => take({ upTo, script: script(client, after) }), {
    snapshot: true,
    readOnly: true,
  });
}

/** Tables of which only what has changed is shipped, and the lengths of the pieces in which it is: an hour, or a longer bar. */
const byTheHour = new Map<string, number>([
  ["ticks", timeframes["1h"]],
  ...Timeframe.options.map((name) => [`bars_${name}`, Math.max(timeframes[name], timeframes["1h"])] as const),
]);

async function* script(client: PoolClient, after: bigint): AsyncGenerator<Buffer> {
  await client.query(inUtc);
  const tables = await tablesWithoutHistory(client);
  yield text(`${BODY}\n`);
  yield statement(`${inUtc};`);
  // The list of changes comes first: what else is taken follows it, here and where it is loaded.
  for (const table of tables.toSorted((one, other) => Number(other.name === CHANGES) - Number(one.name === CHANGES))) {
    const { from, remove } = partOf(table, after);
    yield statement(remove);
    yield* copyOut(client, table, from);
    yield statement(isEqual(table, from, await sumOf(client, table, from)));
  }
  yield* setSequences(client);
  const { rows } = await client.query<{ kind: string; before: string }>(
    "select kind, dropped_before as before from retention",
  );
  for (const { kind, before } of rows)
    yield statement(`select drop_chunks('${kind}', older_than => '${before}'::timestamptz);`);
  yield text(`${END_OF_BODY}\n`);
}

const CHANGES = "tick_changes";

/** What is shipped of a table, in SQL, and what it replaces. */
function partOf({ name }: TableShape, after: bigint): { readonly from: string; readonly remove: string } {
  const table = quoted([name]);
  if (name === CHANGES)
    return {
      from: `(select * from ${table} where epoch > ${after})`,
      remove: `delete from ${table} where epoch > ${after};`,
    };
  const length = byTheHour.get(name);
  if (length === undefined) return { from: table, remove: `truncate ${table};` };
  const piece = `interval '${length} milliseconds'`;
  const changed = `(select distinct feed, time_bucket(${piece}, hour) as start from ${CHANGES} where epoch > ${after})`;
  const isIn = "held.feed = changed.feed and held.time >= changed.start and held.time < changed.start +";
  return {
    from: `(select held.* from ${changed} as changed join ${table} as held on ${isIn} ${piece})`,
    remove: `delete from ${table} as held using ${changed} as changed where ${isIn} ${piece};`,
  };
}

/** The script's own proof that what it has loaded is what was taken. */
const isEqual = (table: TableShape, from: string, { rows, sum }: TableSum): string => `do $$ begin
  if (select (rows, sum) <> ('${rows}', '${sum}') from (${sumQuery(table, from)}) as loaded) then
    raise exception 'the rows of ${table.name} are not those that were taken';
  end if;
end $$;`;
