import type { TenantId } from "@tradesage/contracts";
import type { PoolClient } from "pg";
import type { Postgres } from "../connect-postgres.ts";
import { tenantScope } from "../scope.ts";
import { CHANGES, changedSince } from "../snapshot/changed-since.ts";
import { quoted, tablesWithoutHistory } from "../snapshot/tables.ts";
import { endTickEpoch } from "../snapshot/tick-epoch.ts";
import { type Beside, besideOf, dropAs } from "./beside.ts";

export interface Swapped {
  /** Why what had been written to ticks since could not be taken over; `undefined` where it was, or nothing stood. */
  readonly notTakenOver: string | undefined;
}

/** What is asked of the schema that is swapped in, at the head of the search path. */
export interface SwapParts {
  /** Writes its read models up to the end of the history. */
  readonly bring: (client: PoolClient) => Promise<void>;
  /** Looks at it before anybody waits; what it throws leaves everything as it was. */
  readonly prove?: (client: PoolClient) => Promise<void>;
}

/**
 * Puts the schema beside a tenant's own into its place, at once for everybody, and that one aside: first brought to where
 * the tenant is, by what its tables without history have had written since, and by `bring`. Most of it is done before anybody waits;
 * then the checkpoints are held until the end, so that whoever writes goes on in the new schema where he was.
 * @throws PostgresUnavailable; Error where there is no such schema.
 */
export async function swapIn(
  postgres: Postgres,
  tenant: TenantId,
  which: Beside,
  { bring, prove }: SwapParts,
): Promise<Swapped> {
  const { role, schema: standing } = tenantScope(tenant);
  const [next, aside] = [besideOf(tenant, which), besideOf(tenant, which === "restoring" ? "kept" : "restoring")];
  const inside = async (client: PoolClient) => {
    await client.query(`set local role ${role}`);
    await client.query(`set local search_path = ${next}, public`);
  };
  const stands = async (client: PoolClient) =>
    (await client.query("select 1 from pg_namespace where nspname = $1", [standing])).rowCount === 1;

  const notTakenOver = await postgres.owner(async (client) => {
    const ended = (await stands(client)) ? await endTickEpoch(postgres, tenant).catch(() => undefined) : undefined;
    await inside(client);
    const failure = (await stands(client))
      ? await tried(client, async () => {
          await takeOver(client, standing);
          // What is written from here on is all that is left for when everybody waits.
          await setEpoch(client, (ended ?? 0n) + 1n);
        })
      : undefined;
    await bring(client);
    await prove?.(client);
    return failure;
  });
  await postgres.owner(async (client) => {
    await inside(client);
    const isThere = await stands(client);
    const goOn = async () => {
      await client.query(`select from ${standing}.checkpoints order by name for update`);
      if (notTakenOver === undefined) await takeOver(client, standing);
      await client.query(
        `update checkpoints set position = held.position from ${standing}.checkpoints as held
         where held.name = 'ticks' and checkpoints.name = 'ticks'`,
      );
      // Later epochs than those of either: what is written from here on is told from what both have.
      const { rows } = await client.query<{ later: string }>(
        `select (greatest(held.last_value, own.last_value) + 1)::text as later
         from ${standing}.tick_changes_epoch as held, tick_changes_epoch as own`,
      );
      await setEpoch(client, BigInt(rows[0]?.later ?? 1));
    };
    if (isThere) await (notTakenOver === undefined ? goOn() : tried(client, goOn));
    await bring(client);
    await dropAs(client, role, aside);
    // To rename a schema one must own it and be allowed to create some.
    const { rows } = await client.query<{ name: string }>("select quote_ident(current_database()) as name");
    await client.query(`grant create on database ${rows[0]?.name} to ${role}`);
    await client.query(`set local role ${role}`);
    if (isThere) await client.query(`alter schema ${standing} rename to ${aside}`);
    await client.query(`alter schema ${next} rename to ${standing}`);
    await client.query("set local role none");
    await client.query(`revoke create on database ${rows[0]?.name} from ${role}`);
  });
  return { notTakenOver };
}

/** What stands may be damaged, which is why it is replaced: then the new schema is what its backup was. */
async function tried(client: PoolClient, work: () => Promise<void>): Promise<string | undefined> {
  await client.query("savepoint standing");
  try {
    await work();
    return undefined;
  } catch (error) {
    await client.query("rollback to savepoint standing");
    return (error as Error).message;
  }
}

/** As `setval` does, which a rollback would not take back: the next try would believe that it has what it has not. */
async function setEpoch(client: PoolClient, epoch: bigint): Promise<void> {
  await client.query(`alter sequence tick_changes_epoch restart with ${epoch}`);
  await client.query("select nextval('tick_changes_epoch')");
}

/** Brings the tables without history to where those of the standing schema are, by what was written there since. */
async function takeOver(client: PoolClient, standing: string): Promise<void> {
  const epoch = await client.query<{ epoch: string }>("select (last_value - 1)::text as epoch from tick_changes_epoch");
  const after = BigInt(epoch.rows[0]?.epoch ?? 0);
  const tables = await tablesWithoutHistory(client);
  for (const table of tables.toSorted((one, other) => Number(other.name === CHANGES) - Number(one.name === CHANGES))) {
    const columns = quoted(table.columns);
    // What was changed is in the standing schema's list; the new one's is its beginning.
    await client.query(changedSince(table, after, { changes: `${standing}.` }).remove);
    const { from } = changedSince(table, after, { changes: `${standing}.`, rows: `${standing}.` });
    await client.query(
      `insert into ${quoted([table.name])} (${columns}) overriding system value select ${columns} from ${from} as held`,
    );
  }
}
