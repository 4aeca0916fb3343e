import { RetentionKind, type RetentionView, type TenantId } from "@tradesage/contracts";
import type { Postgres } from "@tradesage/postgres";

/** Ticks and bars, by feed. A sample of the equity is a row a minute: there is little to be gained. */
const compressed = RetentionKind.exclude(["equity_curve"]).options;

/** Older chunks are compressed: late ticks and corrections of bars hardly ever reach so far back. */
const COMPRESSED_AFTER_DAYS = 14;

/** Compression is of TimescaleDB's own licence (`timescale`); the Apache edition refuses it. */
export async function compressionOf(postgres: Postgres): Promise<RetentionView["compression"]> {
  const licence = await postgres.owner(async (client) => {
    const { rows } = await client.query<{ licence: string | null }>(
      "select current_setting('timescaledb.license', true) as licence",
    );
    return rows[0]?.licence;
  });
  return licence === "timescale" ? "available" : "not available";
}

/** Switches compression on for a tenant's tables and compresses their old chunks; to be called where it is available. */
export async function compressOld(postgres: Postgres, tenant: TenantId): Promise<void> {
  for (const kind of compressed) {
    const order = kind === "ticks" ? "time, ordinal" : "time";
    await postgres.tenant(tenant, async (_, client) => {
      const { rows } = await client.query<{ chunk: string }>(
        `select format('%I.%I', chunk_schema, chunk_name) as chunk from timescaledb_information.chunks
         where hypertable_schema = current_schema() and hypertable_name = $1 and not is_compressed
           and range_end < now() - make_interval(days => $2)`,
        [kind, COMPRESSED_AFTER_DAYS],
      );
      if (rows.length === 0) return;
      await client.query(
        `alter table ${kind} set (timescaledb.compress, timescaledb.compress_segmentby = 'feed', timescaledb.compress_orderby = '${order}')`,
      );
      for (const { chunk } of rows) await client.query("select compress_chunk($1::regclass, true)", [chunk]);
    });
  }
}
