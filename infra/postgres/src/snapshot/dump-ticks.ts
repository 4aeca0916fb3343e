import type { TenantId } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import type { Postgres } from "../connect-postgres.ts";
import { CHANGES, changedSince } from "./changed-since.ts";
import { BODY, END_OF_BODY } from "./script.ts";
import { inUtc, sumOf, sumQuery, type TableShape, type TableSum, tablesWithoutHistory } from "./tables.ts";
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

async function* script(client: PoolClient, after: bigint): AsyncGenerator<Buffer> {
  await client.query(inUtc);
  const tables = await tablesWithoutHistory(client);
  yield text(`${BODY}\n`);
  yield statement(`${inUtc};`);
  // The list of changes comes first: what else is taken follows it, here and where it is loaded.
  for (const table of tables.toSorted((one, other) => Number(other.name === CHANGES) - Number(one.name === CHANGES))) {
    const { from, remove } = changedSince(table, after);
    yield statement(remove);
    yield* copyOut(client, table, from);
    yield statement(isEqual(table, from, await sumOf(client, table, { from })));
  }
  yield* setSequences(client);
  const { rows } = await client.query<{ kind: string; before: string }>(
    "select kind, dropped_before as before from retention",
  );
  for (const { kind, before } of rows)
    yield statement(`select drop_chunks('${kind}', older_than => '${before}'::timestamptz);`);
  yield text(`${END_OF_BODY}\n`);
}

/** The script's own proof that what it has loaded is what was taken. */
const isEqual = (table: TableShape, from: string, { rows, sum }: TableSum): string => `do $$ begin
  if (select (rows, sum) <> ('${rows}', '${sum}') from (${sumQuery(table, { from })}) as loaded) then
    raise exception 'the rows of ${table.name} are not those that were taken';
  end if;
end $$;`;
