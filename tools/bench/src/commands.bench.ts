import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createApi } from "@tradesage/client";
import { requestOf, routes } from "@tradesage/contracts/http";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { loadSigner } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { openHttpConnection } from "./commands/http-connection.ts";
import { createTenant } from "./create-tenant.ts";
import { type Measured, measure } from "./measure.ts";
import { processorTimeOf } from "./processor-time.ts";
import { machine, milliseconds, percent, rate, reportTable } from "./report.ts";
import { unlimited } from "./unlimited.ts";

const help = `Commands: HTTP request to durable append to reply, beside bare appends through the same client to the same store.

  --seconds N    how long each load lasts (5)
  --warm-up N    seconds of both that come before and do not count (10): a service that has run for a minute is compiled,
                 and costs a third of what it does at first
`;

interface Load {
  readonly clients: number;
  readonly accounts: number;
}

const loads: readonly Load[] = [
  { clients: 1, accounts: 1 },
  { clients: 64, accounts: 1 },
  { clients: 64, accounts: 1000 },
];

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string", default: "5" },
      "warm-up": { type: "string", default: "10" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const seconds = Number(values.seconds);
  const warmUp = Number(values["warm-up"]);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const stack = await startStack({ dir, portBase: "free", env: unlimited });
  try {
    await stack.waitReady();
    const signer = await loadSigner(stack.keysFolder);
    const token = (tenant: string, role: "operator" | "admin") =>
      signer.sign({ subject: "bench", tenant, roles: [role] }, 3600);
    await createTenant(createApi({ url: stack.urls.gateway, token: await token("platform", "operator") }), "bench");
    const admin = await token("bench", "admin");
    const api = createApi({ url: stack.urls.gateway, token: admin });
    const eventStore = connectEventStore({ connectionString: stack.urls.eventStore });
    const accounts = Array.from({ length: 1000 }, (_, number) => `account-${number}`);
    await inParallel(accounts, 32, (accountId) => api.call("openAccount", { accountId }));

    const everything = { clients: 64, accounts: 1000 };
    await bareAppends(eventStore, everything, warmUp);
    await deposits(stack.urls.gateway, admin, accounts, everything, warmUp);

    const rows: string[][] = [];
    const costs: string[] = [];
    for (const load of loads) {
      const bare = await processorTimeOf(dir, () => bareAppends(eventStore, load, seconds));
      const commands = await processorTimeOf(dir, () => deposits(stack.urls.gateway, admin, accounts, load, seconds));
      rows.push(row(load, commands[0], bare[0]));
      costs.push(cost(load, "a bare append", bare), cost(load, "a command", commands));
    }
    const headings = ["clients × accounts", "commands/s", "p50 ms", "p99 ms", "bare appends/s", "p50 ms", "share"];
    process.stdout.write(`${reportTable(headings, rows)}\n${costs.join("\n")}\n${machine()}\n`);
    await eventStore.close();
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const row = ({ clients, accounts }: Load, commands: Measured, limit: Measured) => [
  `${clients} × ${accounts}`,
  rate(commands.perSecond),
  milliseconds(commands.p50),
  milliseconds(commands.p99),
  rate(limit.perSecond),
  milliseconds(limit.p50),
  percent(commands.perSecond, limit.perSecond),
];

/** Processor time for one of them, by process, in microseconds; the warm-up is counted on both sides. */
function cost(
  { clients, accounts }: Load,
  what: string,
  [{ begun }, spent]: Awaited<ReturnType<typeof processorTimeOf<Measured>>>,
): string {
  const each = spent.map(([name, microseconds]) => [name, Math.round(microseconds / begun)] as const);
  const whole = each.reduce((sum, [, microseconds]) => sum + microseconds, 0);
  const parts = each.filter(([, microseconds]) => microseconds >= 1).map((part) => part.join(" "));
  return `${what}, ${clients} × ${accounts}: ${whole} µs of processor time: ${parts.join(", ")}`;
}

/** One client stays on one account; more clients than accounts share them. */
const pick = (client: number, { clients, accounts }: Load) =>
  accounts < clients
    ? client % accounts
    : (client + clients * Math.floor(Math.random() * (accounts / clients))) % accounts;

/** Deposits over HTTP: the smallest command, so that what is seen is the way and not the deciding. */
async function deposits(gateway: string, token: string, accounts: readonly string[], load: Load, seconds: number) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  // The gateway closes a connection that is idle: each load has its own.
  const connections = await Promise.all(
    Array.from({ length: load.clients }, () => openHttpConnection(gateway, headers)),
  );
  const requests = accounts.map((accountId) => requestOf(routes.deposit, { accountId, amount: "1.00" }));
  const measured = await measure({ ...load, seconds }, async (client) => {
    const { url = "", body = "" } = requests[pick(client, load)] ?? {};
    await connections[client]?.post(url, body);
  });
  for (const connection of connections) connection.close();
  return measured;
}

/** The limit: events of the same size, each appended at its exact revision, one stream a client. */
async function bareAppends(eventStore: EventStore, { clients }: Load, seconds: number): Promise<Measured> {
  const revisions = new Array<bigint | "no_stream">(clients).fill("no_stream");
  const run = randomUUID();
  return measure({ clients, seconds }, async (client) => {
    const event = {
      id: randomUUID(),
      type: "FundsDeposited",
      data: { accountId: "account-1", amount: "1.00", currency: "USD" },
      metadata: {
        tenant: "bench",
        actor: "bench",
        command: randomUUID(),
        digest: "0".repeat(64),
        correlation: randomUUID(),
        at: new Date().toISOString(),
        schema: 1,
      },
    };
    const { revision } = await eventStore.append(
      `bench-bare-${run}-${client}`,
      [event],
      revisions[client] ?? "no_stream",
    );
    revisions[client] = revision;
  });
}

async function inParallel<Item>(items: readonly Item[], width: number, work: (item: Item) => Promise<unknown>) {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
    }),
  );
}
