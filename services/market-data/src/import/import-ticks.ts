import {
  encodeTickBatch,
  type InstrumentSymbol,
  MAX_TICKS_PER_BATCH,
  NO_SYMBOL_INDEX,
  readTicks,
  type TenantId,
  type Tick,
  TickQuality,
} from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";
import type { SymbolBatch } from "../ticks/sort-ticks.ts";
import { holdCheckpoint, writeBatches } from "../ticks/write-ticks.ts";

/** A tick of a file, times in milliseconds since the epoch, UTC. */
export type FileTick = Omit<Tick, "quality">;

/** How many of the ticks were not there before, and how many were. */
export interface Imported {
  readonly inserted: number;
  readonly repeated: number;
}

/**
 * Writes ticks of history into a tenant's table, in one transaction under the tenant's role, the way live ticks go:
 * what is there already is known by its identity (symbol, millisecond, ordinal), and bars are corrected. It holds the
 * tenant's checkpoint, so that live ticks wait for it and it for them. Safe to repeat.
 * Throws TenantNotProvisioned, PostgresUnavailable.
 */
export function importTicks(
  postgres: Postgres,
  tenant: TenantId,
  symbol: InstrumentSymbol,
  ticks: readonly FileTick[],
): Promise<Imported> {
  return postgres.tenant(tenant, async (db, client) => {
    await holdCheckpoint(db);
    const { inserted, repeated } = await writeBatches(db, client, batchesOf(symbol, ticks));
    return { inserted, repeated };
  });
}

function batchesOf(symbol: InstrumentSymbol, ticks: readonly FileTick[]): SymbolBatch[] {
  const batches: SymbolBatch[] = [];
  for (let from = 0; from < ticks.length; from += MAX_TICKS_PER_BATCH) {
    const some = ticks.slice(from, from + MAX_TICKS_PER_BATCH).map((tick) => ({ ...tick, quality: qualityOf(tick) }));
    const batch = encodeTickBatch({
      ...{ kind: "backfill", symbolIndex: NO_SYMBOL_INDEX, epoch: 0n, sequence: 0n, lost: 0, utcOffsetSeconds: 0 },
      ticks: some,
    });
    batches.push({ symbol, batch: readTicks(batch) });
  }
  return batches;
}

/** What a tick says of itself; what only its neighbours tell (a spike) is the bridge's to judge as it comes in. */
function qualityOf({ bid, ask }: FileTick): number {
  if (bid === 0 || ask === 0) return TickQuality.zero_price;
  return ask < bid ? TickQuality.crossed : 0;
}
