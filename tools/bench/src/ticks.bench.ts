import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createApi } from "@tradesage/client";
import { connectPostgres, type Postgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { generateTicks, runTerminal } from "@tradesage/simulator";
import { startStack } from "@tradesage/stack";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { createTenant } from "./create-tenant.ts";
import { machine, percent, rate, reportTable } from "./report.ts";

const help = `Ticks: from a terminal's socket to the hypertable, beside bare binary COPY of the same rows into an equal one.

  --ticks N    how many (300000)
`;

const TENANT = "bench";
const SYMBOL = "EURUSD";
const WITHIN_MS = 120_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { ticks: { type: "string", default: "300000" }, help: { type: "boolean" } },
  });
  if (values.help) return void process.stdout.write(help);
  const count = Number(values.ticks);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const stack = await startStack({ dir, portBase: "free" });
  const postgres = connectPostgres({ url: stack.urls.database, applicationName: "bench", maxConnections: 2 });
  try {
    await stack.waitReady();
    const signer = await loadSigner(stack.keysFolder);
    const token = (tenant: string, role: "operator" | "terminal") =>
      signer.sign({ subject: "bench", tenant, roles: [role] }, 3600);
    await createTenant(createApi({ url: stack.urls.gateway, token: await token("platform", "operator") }), TENANT);

    // Made beforehand, so that making them takes no time from the way.
    const made = await Array.fromAsync(generateTicks({ symbol: SYMBOL, start: Date.UTC(2026, 0, 5), rate: 20, count }));
    const begin = performance.now();
    await runTerminal({
      url: stack.urls.bridge,
      token: await token(TENANT, "terminal"),
      symbols: [SYMBOL],
      source: Readable.from(made),
    });
    const acknowledged = performance.now() - begin;
    await untilStored(postgres, count);
    const stored = performance.now() - begin;
    const bare = await bareCopy(postgres, count);

    const perSecond = (ms: number) => count / (ms / 1000);
    const row = (name: string, ms: number) => [name, rate(perSecond(ms)), percent(perSecond(ms), perSecond(bare))];
    const rows = [
      row("socket to durable acknowledgement", acknowledged),
      row("socket to hypertable, with bars", stored),
      row("bare binary COPY, one connection", bare),
    ];
    process.stdout.write(`${reportTable(["way", "ticks/s", "share"], rows)}\n${rate(count)} ticks; ${machine()}\n`);
  } finally {
    await postgres.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function untilStored(postgres: Postgres, count: number): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    const rows = await postgres.tenant(TENANT, async (_, client) => {
      const result = await client.query<{ rows: string }>("select count(*) as rows from ticks");
      return Number(result.rows[0]?.rows);
    });
    if (rows >= count) return;
    if (Date.now() > deadline) throw new Error(`${rows} of ${count} ticks were stored in ${WITHIN_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Milliseconds for the same rows, as they lie in the table, into a hypertable of the same shape, in one statement. */
async function bareCopy(postgres: Postgres, count: number): Promise<number> {
  return postgres.tenant(TENANT, async (_, client) => {
    const rows: Buffer[] = [];
    for await (const chunk of client.query(copyTo("copy (select * from ticks) to stdout (format binary)")))
      rows.push(chunk);
    await client.query("create table bare (like ticks)");
    await client.query(
      "select create_hypertable('bare', 'time', chunk_time_interval => interval '1 day', create_default_indexes => false)",
    );
    await client.query("create unique index bare_identity on bare (feed, time, ordinal)");
    const begin = performance.now();
    await pipeline(Readable.from(rows), client.query(copyFrom("copy bare from stdin (format binary)")));
    const took = performance.now() - begin;
    const copied = await client.query<{ rows: string }>("select count(*) as rows from bare");
    if (Number(copied.rows[0]?.rows) !== count) throw new Error("the bare COPY did not take all rows");
    await client.query("drop table bare");
    return took;
  });
}
