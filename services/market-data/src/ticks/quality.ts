import { type InstrumentSymbol, TickQuality, tickFields, tickOffset } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { utcMsc } from "./copy-rows.ts";
import type { NumberedBatch } from "./sort-ticks.ts";

const DAY_MS = 86_400_000;
/** The bits of a tick's quality, in the order in which they are counted. */
export const qualityBits: readonly number[] = Object.values(TickQuality);

/** What is counted of a feed's ticks of one day. */
export interface QualityCounts {
  readonly symbol: InstrumentSymbol;
  /** Days since the epoch, UTC. */
  readonly day: number;
  ticks: number;
  /** In the order of `qualityBits`. */
  readonly doubts: number[];
  repeats: number;
  lost: number;
  missing: number;
}

/** Counts batches out of the stream by feed and day of their ticks; what happened before a batch is its first tick's. */
export function countQuality(batches: readonly NumberedBatch[]): QualityCounts[] {
  const all = new Map<string, QualityCounts>();
  function countsOf(symbol: InstrumentSymbol, day: number): QualityCounts {
    const key = `${day} ${symbol}`;
    const known = all.get(key) ?? {
      ...{ symbol, day, ticks: 0, doubts: qualityBits.map(() => 0), repeats: 0, lost: 0, missing: 0 },
    };
    all.set(key, known);
    return known;
  }

  for (const { symbol, batch, repeats, missing } of batches) {
    let counts = countsOf(symbol, dayOf(utcMsc(batch, 0)));
    counts.repeats += repeats;
    counts.missing += missing;
    counts.lost += batch.lost;
    for (let index = 0; index < batch.count; index++) {
      const day = dayOf(utcMsc(batch, index));
      if (day !== counts.day) counts = countsOf(symbol, day);
      counts.ticks++;
      const quality = batch.data.getUint16(tickOffset(index) + tickFields.quality, true);
      if (quality !== 0) addDoubts(counts.doubts, quality);
    }
  }
  return [...all.values()];
}

const dayOf = (timeMsc: number): number => Math.floor(timeMsc / DAY_MS);

function addDoubts(doubts: number[], quality: number): void {
  for (const [index, bit] of qualityBits.entries())
    if ((quality & bit) !== 0) doubts[index] = (doubts[index] as number) + 1;
}

/** Adds to what the ledger has; the feeds must be known. In the transaction that writes the ticks: each is counted once. */
export async function addQuality(db: Transaction<TenantTables>, counts: readonly QualityCounts[]): Promise<void> {
  const column = <Value>(of: (counts: QualityCounts) => Value) => counts.map(of);
  await sql`
    insert into tick_quality as kept (feed, day, ticks, doubts, repeats, lost_in_terminal, missing_batches)
    select feeds.feed, date '1970-01-01' + new.day, new.ticks, new.doubts::bigint[], new.repeats, new.lost, new.missing
    from unnest(
      ${column(({ symbol }) => symbol)}::text[], ${column(({ day }) => day)}::int[],
      ${column(({ ticks }) => ticks)}::bigint[], ${column(({ doubts }) => `{${doubts.join(",")}}`)}::text[],
      ${column(({ repeats }) => repeats)}::bigint[], ${column(({ lost }) => lost)}::bigint[],
      ${column(({ missing }) => missing)}::bigint[]
    ) as new (symbol, day, ticks, doubts, repeats, lost, missing)
    join feeds on feeds.symbol = new.symbol
    on conflict (feed, day) do update set
      ticks = kept.ticks + excluded.ticks,
      doubts = array(
        select a + b from unnest(kept.doubts, excluded.doubts) with ordinality as pairs (a, b, place) order by place
      ),
      repeats = kept.repeats + excluded.repeats,
      lost_in_terminal = kept.lost_in_terminal + excluded.lost_in_terminal,
      missing_batches = kept.missing_batches + excluded.missing_batches
  `.execute(db);
}
