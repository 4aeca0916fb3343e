import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createApi } from "@tradesage/client";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { connectPostgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { createTenant } from "./create-tenant.ts";
import { machine, percent, rate, reportTable } from "./report.ts";
import { bareCopy, busToTable } from "./ticks/bus-to-table.ts";
import { makeTicks } from "./ticks/made-ticks.ts";
import {
  barePublisher,
  bareSocket,
  bridge,
  framesOf,
  messageSizes,
  TERMINALS,
  withoutMarketData,
} from "./ticks/socket-to-stream.ts";

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
    const rounds = Array.from({ length: Number(values.rounds) }, (_, index) => index + 1);

    // First, since what terminals send below is stored behind it.
    const took: { table: number; bare: number }[] = [];
    for (const round of rounds) {
      const tenant = `round${round}`;
      await createTenant(operator, tenant);
      const table = await busToTable(bus, postgres, tenant, ticks);
      took.push({ table, bare: await bareCopy(postgres, tenant) });
    }
    const [table, bare] = [rateOf(took.map((one) => one.table)), rateOf(took.map((one) => one.bare))];
    const rows = [
      ["bus to hypertable, with bars of seven lengths", rate(table), percent(table, bare)],
      ["bare binary COPY of the same ticks, one connection", rate(bare), percent(bare, bare)],
    ];
    process.stdout.write(`\n${reportTable(["way", "ticks/s", "share"], rows)}\n${rate(count)} ticks; ${machine()}\n`);

    await createTenant(operator, "socket");
    const terminal = await signer.sign({ subject: "bench", tenant: "socket", roles: ["terminal"] }, 3600);
    process.stdout.write(`\nSocket to durable acknowledgement; ${TERMINALS} terminals of one symbol each\n`);
    const publisher = await bestPublisher(bus, count);
    for (const size of [10, 100, 500]) {
      const frames = framesOf(ticks, count, size);
      const took: { bridge: number; bare: number }[] = [];
      for (const round of rounds)
        took.push({
          bridge: await withoutMarketData(postgres, "socket", () =>
            bridge(stack.urls.bridge, terminal, `F${size}_${round}`, frames),
          ),
          bare: await bareSocket(frames),
        });
      const [product, bare] = [rateOf(took.map((one) => one.bridge)), rateOf(took.map((one) => one.bare))];
      const limit = Math.min(bare, publisher.perSecond);
      const rows = [
        ["bridge", rate(product), percent(product, limit)],
        ["bare uWebSockets.js that counts the frames", rate(bare), percent(bare, limit)],
        [
          `bare publisher, ${publisher.size} ticks a message`,
          rate(publisher.perSecond),
          percent(publisher.perSecond, limit),
        ],
      ];
      process.stdout.write(`${reportTable([`frames of ${size} ticks`, "ticks/s", "share"], rows)}\n`);
    }

    function rateOf(times: readonly number[]): number {
      return (count / median(times)) * 1000;
    }
  } finally {
    await bus.close();
    await postgres.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** The message size with which a bare JetStream publisher is fastest. */
async function bestPublisher(bus: Bus, count: number): Promise<{ size: number; perSecond: number }> {
  const tried: { size: number; perSecond: number }[] = [];
  for (const size of messageSizes)
    tried.push({ size, perSecond: (count / (await barePublisher(bus, count, size))) * 1000 });
  return tried.reduce((best, one) => (one.perSecond > best.perSecond ? one : best));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
