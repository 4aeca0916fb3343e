import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createApi, issueTerminalKey } from "@tradesage/client";
import { connectBus } from "@tradesage/message-bus";
import { connectPostgres } from "@tradesage/postgres";
import { loadSigner } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { createTenant } from "./create-tenant.ts";
import { machine, percent, rate, reportTable } from "./report.ts";
import { bareCopy, busToTable } from "./ticks/bus-to-table.ts";
import { makeTicks } from "./ticks/made-ticks.ts";
import {
  barePublishers,
  bareSocket,
  bridge,
  framesOf,
  messageSizes,
  TERMINALS,
  withoutMarketData,
  written,
} from "./ticks/socket-to-stream.ts";

const help = `Ticks, each way beside its limit, in turns in one run. The median of the rounds counts, behind a first one that
warms all of them and does not.

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
    const rounds = Array.from({ length: 1 + Number(values.rounds) }, (_, index) => index);

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
    const key = await issueTerminalKey(operator, { tenantId: "socket", keyId: "bench" });
    // As many as take more than a moment.
    const sent = 8 * count;
    process.stdout.write(
      `\nSocket to durable acknowledgement: ${rate(sent)} ticks of ${TERMINALS} terminals, each of one symbol\n`,
    );
    for (const size of [10, 100, 500]) {
      const frames = framesOf(ticks, sent, size);
      const took: { bridge: number; bare: number; publishers: readonly number[] }[] = [];
      for (const round of rounds) {
        const name = `F${size}_${round}`;
        took.push({
          bridge: await withoutMarketData(postgres, "socket", () => bridge(stack.urls.bridge, key, name, frames)),
          bare: await bareSocket(frames),
          publishers: await barePublishers(bus, frames, sent),
        });
        await written(bus, postgres, "socket", name);
      }
      const perSecond = (timesOf: (one: (typeof took)[number]) => number) => rateOf(took.map(timesOf), sent);
      const product = perSecond((one) => one.bridge);
      const bare = perSecond((one) => one.bare);
      const published = Math.max(
        ...messageSizes.map((_, index) => perSecond(({ publishers }) => publishers[index] ?? Number.NaN)),
      );
      const limit = Math.min(bare, published);
      const rows = [
        ["bridge", rate(product), percent(product, limit)],
        ["bare uWebSockets.js that counts the frames", rate(bare), percent(bare, limit)],
        ["bare publisher, messages of the best size", rate(published), percent(published, limit)],
      ];
      process.stdout.write(`${reportTable([`frames of ${size} ticks`, "ticks/s", "share"], rows)}\n`);
    }

    function rateOf(times: readonly number[], of = count): number {
      return (of / median(times)) * 1000;
    }
  } finally {
    await bus.close();
    await postgres.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Of all but the first, which warms. */
const median = ([, ...values]: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
