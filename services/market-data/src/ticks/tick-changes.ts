import type { InstrumentSymbol } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { utcMsc } from "./copy-rows.ts";
import type { SymbolBatch } from "./sort-ticks.ts";

const HOUR_MS = 3_600_000;

/** The hours since the epoch (UTC) that ticks fall into, each once for each symbol. */
export function hoursOf(batches: readonly SymbolBatch[]): Map<InstrumentSymbol, Set<number>> {
  const all = new Map<InstrumentSymbol, Set<number>>();
  for (const { symbol, batch } of batches) {
    const hours = all.get(symbol) ?? new Set();
    all.set(symbol, hours);
    let last = Number.NaN;
    for (let index = 0; index < batch.count; index++) {
      const hour = Math.floor(utcMsc(batch, index) / HOUR_MS);
      if (hour !== last) hours.add(hour);
      last = hour;
    }
  }
  return all;
}

/**
 * Notes which hours were written to, for the next backup; the feeds must be known. In the transaction that writes the
 * ticks, under its lock of the checkpoint, with which a backup ends an epoch. Most often an hour is noted already.
 */
export async function noteChanges(db: Transaction<TenantTables>, batches: readonly SymbolBatch[]): Promise<void> {
  const hours = [...hoursOf(batches)].flatMap(([symbol, some]) => [...some].map((hour) => ({ symbol, hour })));
  await sql`
    insert into tick_changes (epoch, feed, hour)
    select present.last_value, feeds.feed, to_timestamp(new.hour * ${HOUR_MS / 1000})
    from tick_changes_epoch as present,
      unnest(${hours.map(({ symbol }) => symbol)}::text[], ${hours.map(({ hour }) => hour)}::bigint[]) as new (symbol, hour)
      join feeds on feeds.symbol = new.symbol
    on conflict do nothing
  `.execute(db);
}
