import type { TenantId } from "@tradesage/contracts";
import type { PoolClient, Postgres, TenantTables } from "@tradesage/postgres";
import type { Transaction } from "kysely";
import { addBars } from "../bars/add-bars.ts";
import type { WrittenBar } from "../bars/bar-table.ts";
import { remakeBars } from "../bars/remake-bars.ts";
import { copyInto } from "../binary-copy.ts";
import { tickColumns } from "./copy-rows.ts";
import { loadFeeds, saveFeeds } from "./feeds.ts";
import { addQuality, countQuality } from "./quality.ts";
import { type FeedState, type NumberedBatch, type SymbolBatch, type TickSorter, tickSorter } from "./sort-ticks.ts";
import { CHECKPOINT } from "./start.ts";
import { noteChanges } from "./tick-changes.ts";

/** What a transaction has changed. */
export interface Written {
  readonly inserted: number;
  readonly repeated: number;
  readonly feeds: readonly FeedState[];
  /** The newest bar of each feed and timeframe that ticks in order have made, and each that late ones have changed. */
  readonly bars: readonly WrittenBar[];
}

/**
 * Writes a tenant's batches in one transaction: ticks, bars, where its feeds stand and the stream's sequence, so that
 * each tick is stored once whatever dies. Batches at or below the kept sequence are passed over; a tick that came again
 * under another sequence is known by its identity (feed, time, ordinal).
 */
export function writeTicks(postgres: Postgres, tenant: TenantId, batches: readonly NumberedBatch[]): Promise<Written> {
  return postgres.tenant(tenant, async (db, client) => {
    const position = await holdCheckpoint(db);
    const fresh = batches.filter(({ sequence }) => sequence > position);
    const last = fresh.at(-1);
    if (last === undefined) return { inserted: 0, repeated: 0, feeds: [], bars: [] };

    const written = await writeBatches(db, client, fresh);
    await addQuality(db, countQuality(fresh));
    await db
      .updateTable("checkpoints")
      .set({ position: String(last.sequence) })
      .where("name", "=", CHECKPOINT)
      .execute();
    return written;
  });
}

/** The sequence up to which the tenant's ticks are written. Until the transaction ends nobody else writes ticks of it. */
export async function holdCheckpoint(db: Transaction<TenantTables>): Promise<number> {
  const { position } = await db
    .selectFrom("checkpoints")
    .select("position")
    .where("name", "=", CHECKPOINT)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(position);
}

/** Writes ticks of unknown standing, their bars and where their feeds stand now; the caller holds the tenant's checkpoint. */
export async function writeBatches(
  db: Transaction<TenantTables>,
  client: PoolClient,
  batches: readonly SymbolBatch[],
): Promise<Written> {
  const known = await loadFeeds(db, [...new Set(batches.map(({ symbol }) => symbol))]);
  const sorter = tickSorter((symbol) => known.get(symbol) as FeedState);
  await copyInto(client, "ticks", tickColumns, rowsInOrder(sorter, batches));
  const bars = await addBars(client, sorter.seconds);
  let inserted = sorter.inOrder;
  if (sorter.lateTicks > 0) {
    inserted += await insertLate(client, sorter.late);
    bars.push(...(await remakeBars(db, sorter.lateSeconds)));
  }
  await saveFeeds(db, sorter.feeds());
  await noteChanges(db, batches);
  return { inserted, repeated: sorter.inOrder + sorter.lateTicks - inserted, feeds: sorter.feeds(), bars };
}

function* rowsInOrder(sorter: TickSorter, batches: readonly SymbolBatch[]): Generator<Buffer> {
  for (const batch of batches) {
    const rows = sorter.take(batch);
    if (rows.length > 0) yield rows;
  }
}

/** Ticks that may be there already: COPY knows no conflict, so they go by way of a table of this transaction's own. */
async function insertLate(client: PoolClient, rows: Iterable<Buffer>): Promise<number> {
  const columns = tickColumns.join(", ");
  await client.query("create temporary table late_ticks (like ticks) on commit drop");
  await copyInto(client, "late_ticks", tickColumns, rows);
  const { rowCount } = await client.query(
    `insert into ticks (${columns}) select distinct on (feed, time, ordinal) ${columns} from late_ticks on conflict do nothing`,
  );
  return rowCount ?? 0;
}
