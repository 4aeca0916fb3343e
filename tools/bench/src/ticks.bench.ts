import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createApi } from "@tradesage/client";
import { connectBus } from "@tradesage/message-bus";
import { connectPostgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { createTenant } from "./create-tenant.ts";
import { machine, percent, rate, reportTable } from "./report.ts";
import { bareCopy, busToTable } from "./ticks/bus-to-table.ts";
import { makeTicks } from "./ticks/made-ticks.ts";

const help = `Ticks, each way beside its limit, in turns in one run; the median of the rounds counts.

  --ticks N     how many in a round (500000)
  --rounds N    how often (3)
`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ticks: { type: "string", default: "500000" },
      rounds: { type: "string", default: "3" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const count = Number(values.ticks);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const stack = await startStack({ dir, portBase: "free" });
  const postgres = connectPostgres({ url: stack.urls.database, applicationName: "bench", maxConnections: 2 });
  const bus = await connectBus({ url: stack.urls.nats, name: "bench" });
  try {
    await stack.waitReady();
    const signer = await loadSigner(stack.keysFolder);
    const token = await signer.sign({ subject: "bench", tenant: "platform", roles: ["operator"] }, 3600);
    const operator = createApi({ url: stack.urls.gateway, token });
    const ticks = await makeTicks(count);
    const took: { table: number; bare: number }[] = [];
    for (let round = 1; round <= Number(values.rounds); round++) {
      const tenant = `round${round}`;
      await createTenant(operator, tenant);
      const table = await busToTable(bus, postgres, tenant, ticks);
      took.push({ table, bare: await bareCopy(postgres, tenant) });
    }
    const perSecond = (way: "table" | "bare") => (count / median(took.map((round) => round[way]))) * 1000;
    const row = (name: string, way: "table" | "bare") => [
      name,
      rate(perSecond(way)),
      percent(perSecond(way), perSecond("bare")),
    ];
    const rows = [
      row("bus to hypertable, with bars of seven lengths", "table"),
      row("bare binary COPY of the same ticks, one connection", "bare"),
    ];
    process.stdout.write(`${reportTable(["way", "ticks/s", "share"], rows)}\n${rate(count)} ticks; ${machine()}\n`);
  } finally {
    await bus.close();
    await postgres.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
