import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TenantId } from "@tradesage/contracts";
import type { PoolClient, Postgres } from "@tradesage/postgres";
import { from as copyFrom } from "pg-copy-streams";
import { addBars, remakeBars, type WrittenBar } from "../bars/write-bars.ts";
import { tickColumns } from "./copy-rows.ts";
import { loadFeeds, saveFeeds } from "./feeds.ts";
import { type FeedState, type SymbolBatch, sortTicks } from "./sort-ticks.ts";
import { CHECKPOINT } from "./start.ts";

/** A tick batch out of the stream. */
export interface NumberedBatch extends SymbolBatch {
  readonly sequence: number;
}

/** What a transaction has changed. */
export interface Written {
  readonly inserted: number;
  readonly repeated: number;
  readonly feeds: readonly FeedState[];
  readonly bars: readonly WrittenBar[];
}

const columns = tickColumns.join(", ");

/**
 * Writes a tenant's batches in one transaction: ticks, bars, where its feeds stand and the stream's sequence, so that
 * each tick is stored once whatever dies. Batches at or below the kept sequence are passed over; a tick that came again
 * under another sequence is known by its identity (feed, time, ordinal).
 */
export function writeTicks(postgres: Postgres, tenant: TenantId, batches: readonly NumberedBatch[]): Promise<Written> {
  return postgres.tenant(tenant, async (db, client) => {
    const { position } = await db
      .selectFrom("checkpoints")
      .select("position")
      .where("name", "=", CHECKPOINT)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const fresh = batches.filter(({ sequence }) => sequence > Number(position));
    const last = fresh.at(-1);
    if (last === undefined) return { inserted: 0, repeated: 0, feeds: [], bars: [] };

    const known = await loadFeeds(db, [...new Set(fresh.map(({ symbol }) => symbol))]);
    const sorted = sortTicks(fresh, (symbol) => known.get(symbol) as FeedState);
    if (sorted.inOrder.count > 0) await copy(client, "ticks", sorted.inOrder.finish());
    const bars = await addBars(db, sorted.seconds);
    let inserted = sorted.inOrder.count;
    if (sorted.late.count > 0) {
      inserted += await insertLate(client, sorted.late.finish());
      bars.push(...(await remakeBars(db, sorted.lateSeconds)));
    }
    await saveFeeds(db, sorted.feeds);
    await db
      .updateTable("checkpoints")
      .set({ position: String(last.sequence) })
      .where("name", "=", CHECKPOINT)
      .execute();
    return { inserted, repeated: sorted.inOrder.count + sorted.late.count - inserted, feeds: sorted.feeds, bars };
  });
}

async function copy(client: PoolClient, table: string, rows: Buffer): Promise<void> {
  await pipeline(
    Readable.from([rows]),
    client.query(copyFrom(`copy ${table} (${columns}) from stdin (format binary)`)),
  );
}

/** Ticks that may be there already: COPY knows no conflict, so they go by way of a table of this transaction's own. */
async function insertLate(client: PoolClient, rows: Buffer): Promise<number> {
  await client.query("create temporary table late_ticks (like ticks) on commit drop");
  await copy(client, "late_ticks", rows);
  const { rowCount } = await client.query(
    `insert into ticks (${columns}) select distinct on (feed, time, ordinal) ${columns} from late_ticks on conflict do nothing`,
  );
  return rowCount ?? 0;
}
