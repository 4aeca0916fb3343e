import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Refused, streams, subjects } from "@tradesage/contracts";
import { connectEventStore } from "@tradesage/event-store";
import { type Bus, buckets, connectBus } from "@tradesage/message-bus";
import { type Stack, startStack } from "@tradesage/stack";
import { decideWarm } from "./account-load/decide-warm.ts";
import { appendLongAccount } from "./account-load/long-account.ts";
import { machine, milliseconds, rate, reportTable } from "./report.ts";

const help = `A long account: how long its first command takes in a process that knows nothing of it, and every other one.

  --events N    how many events it has (1000000)
  --rounds N    how often the service is killed and started (5); the median counts
`;

const [TENANT, ACCOUNT] = ["bench", "long"];
const WITHIN_MS = 600_000;
const WARM = 200;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      events: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "5" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  // Without the others: what they make of a million events is not what is measured here.
  const stack = await startStack({ dir, portBase: "free", services: ["trading"] });
  const eventStore = connectEventStore({ connectionString: stack.urls.eventStore });
  const bus = await connectBus({ url: stack.urls.nats, name: "bench" });
  try {
    await stack.waitReady();
    await appendLongAccount(eventStore, TENANT, ACCOUNT, Number(values.events));
    const stream = streams.account(TENANT, ACCOUNT);
    const whole = await restarted(stack, bus);
    const snapshots = await bus.objects(buckets.snapshots);
    await eventually(async () => (await snapshots.get(stream)) !== undefined);
    const size = (await snapshots.get(stream))?.length ?? 0;

    const rounds: { start: number; cold: number }[] = [];
    for (let round = 0; round < Number(values.rounds); round++) rounds.push(await restarted(stack, bus));
    const warm: number[] = [];
    for (let command = 0; command < WARM; command++) warm.push(await deposit(bus));

    const decided = decideWarm(ACCOUNT, Number(values.events));

    const rows = [
      ["out of its whole history", milliseconds(whole.cold)],
      ["out of its snapshot", milliseconds(median(rounds.map(({ cold }) => cold)))],
      ["every other", milliseconds(median(warm))],
    ];
    process.stdout.write(
      `${reportTable([`a command to an account of ${rate(Number(values.events))} events`, "ms"], rows)}\n` +
        `an order is decided in ${decided.toFixed(1)} µs; killed, the service is there again after ` +
        `${milliseconds(median(rounds.map(({ start }) => start)))} ms; a snapshot of ${(size / 1e6).toFixed(1)} MB; ${machine()}\n`,
    );
  } finally {
    await bus.close();
    await eventStore.close();
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Kills the service; how long it takes to be there again, and then to answer for the account. */
async function restarted(stack: Stack, bus: Bus): Promise<{ start: number; cold: number }> {
  const began = performance.now();
  stack.process("trading").kill("SIGKILL");
  await stack.waitReady("trading", WITHIN_MS);
  const start = performance.now() - began;
  return { start, cold: await deposit(bus) };
}

/** From a command to its answer, in milliseconds; sent again for as long as its account is being rebuilt. */
async function deposit(bus: Bus): Promise<number> {
  const began = performance.now();
  const command = {
    ...{ command: "Deposit", data: { accountId: ACCOUNT, amount: "1.00" }, tenant: TENANT, actor: "bench" },
    ...{ idempotencyKey: randomUUID(), correlation: randomUUID(), at: new Date().toISOString() },
  };
  for (;;) {
    try {
      await bus.request(subjects.command("trading", TENANT, "Deposit", ACCOUNT), command);
      return performance.now() - began;
    } catch (error) {
      if (!(error instanceof Refused && error.code === "STATE_BEING_REBUILT")) throw error;
    }
  }
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it did not come to that in ten minutes");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
