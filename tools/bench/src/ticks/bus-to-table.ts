import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MAX_TICKS_PER_BATCH, subjects, type Tick } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Postgres } from "@tradesage/postgres";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { inBatches, SYMBOL } from "./made-ticks.ts";

const WITHIN_MS = 120_000;

/**
 * Milliseconds in which market data takes `ticks` from the stream to the tenant's table, bars included. It is held at
 * the tenant's checkpoint while the stream is filled, so that filling takes no time from it.
 */
export async function busToTable(
  bus: Bus,
  postgres: Postgres,
  tenant: string,
  ticks: readonly Tick[],
): Promise<number> {
  let last = 0;
  let begin = 0;
  await postgres.tenant(tenant, async (_, client) => {
    await client.query("select from checkpoints where name = 'ticks' for update");
    const stored = inBatches(ticks, MAX_TICKS_PER_BATCH).map((batch) =>
      bus.publishDurable(subjects.ticks(tenant, SYMBOL), batch, { deadlineMs: WITHIN_MS }),
    );
    last = Math.max(...(await Promise.all(stored)).map(({ sequence }) => sequence));
    begin = performance.now();
  });
  await checkpointAt(postgres, tenant, last);
  const took = performance.now() - begin;
  if ((await rowsIn(postgres, tenant, "ticks")) !== ticks.length) throw new Error("the table has not all ticks");
  return took;
}

/** Resolves when the tenant's ticks are written up to a message of the stream. */
export async function checkpointAt(postgres: Postgres, tenant: string, sequence: number): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while ((await checkpoint(postgres, tenant)) < sequence) {
    if (performance.now() > deadline) throw new Error(`not all ticks were stored in ${WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const checkpoint = (postgres: Postgres, tenant: string): Promise<number> =>
  postgres.tenant(tenant, async (_, client) => {
    const { rows } = await client.query<{ position: string }>("select position from checkpoints where name = 'ticks'");
    return Number(rows[0]?.position);
  });

const rowsIn = (postgres: Postgres, tenant: string, table: string): Promise<number> =>
  postgres.tenant(tenant, async (_, client) => {
    const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${table}`);
    return Number(rows[0]?.rows);
  });

/** Milliseconds for the rows of the tenant's table, as they lie there, into an equal one: one statement, one commit. */
export async function bareCopy(postgres: Postgres, tenant: string): Promise<number> {
  const rows: Buffer[] = [];
  await postgres.tenant(tenant, async (_, client) => {
    for await (const chunk of client.query(copyTo("copy (select * from ticks) to stdout (format binary)")))
      rows.push(chunk);
    await client.query("create table bare (like ticks)");
    await client.query(
      "select create_hypertable('bare', 'time', chunk_time_interval => interval '1 day', create_default_indexes => false)",
    );
    await client.query("create unique index bare_identity on bare (feed, time, ordinal)");
  });
  const whole = Buffer.concat(rows);
  const begin = performance.now();
  await postgres.tenant(tenant, (_, client) =>
    pipeline(Readable.from(slices(whole)), client.query(copyFrom("copy bare from stdin (format binary)"))),
  );
  const took = performance.now() - begin;
  if ((await rowsIn(postgres, tenant, "bare")) !== (await rowsIn(postgres, tenant, "ticks")))
    throw new Error("the bare COPY did not take all rows");
  await postgres.tenant(tenant, (_, client) => client.query("drop table bare"));
  return took;
}

function* slices(whole: Buffer, bytes = 128 * 1024): Generator<Buffer> {
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}
