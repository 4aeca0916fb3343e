import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createAdapter } from "@socket.io/redis-adapter";
import { encodeTickBatch, NO_SYMBOL_INDEX, streams, subjects } from "@tradesage/contracts";
import { SOCKET_PATH } from "@tradesage/contracts/socket";
import { connectEventStore } from "@tradesage/event-store";
import { connectBus } from "@tradesage/message-bus";
import { loadSigner } from "@tradesage/secrets";
import { readState, type Stack, startStack } from "@tradesage/stack";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { child, heard, residentBytes } from "./fanout/child.ts";
import type { ClientsOptions } from "./fanout/clients.ts";
import { type FanOut, measureFanOut, startClients } from "./fanout/load.ts";
import { stamp, symbols } from "./fanout/stamp.ts";
import { machine, milliseconds, percent, rate, reportTable } from "./report.ts";
import { unlimited } from "./unlimited.ts";

const help = `Fan-out: one quote to many clients of the socket, beside bare uWebSockets.js and socket.io with its Redis adapter.

  --clients N    who all get every quote (1000)
  --idle N       connected clients whose memory is measured (10000)
  --seconds N    how long each server is measured, ours and the bare one twice in turn, of which the better counts (8)
`;

const TENANT = "bench";

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: { type: "string", default: "1000" },
      idle: { type: "string", default: "10000" },
      seconds: { type: "string", default: "8" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const dir = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const stack = await startStack({ dir, portBase: "free", services: ["gateway"], env: unlimited });
  try {
    await stack.waitReady();
    const hello = await greeting(stack);
    const load = { count: Number(values.clients), seconds: Number(values.seconds) };
    const pid = readState(dir)?.processes.find(({ name }) => name === "gateway")?.process?.pid ?? 0;
    await measureIdle(stack, pid, hello, Number(values.idle));
    const bare = [await measureBare(stack, load)];
    const ours = [await measureGateway(stack, pid, hello, load)];
    bare.push(await measureBare(stack, load));
    ours.push(await measureGateway(stack, pid, hello, load));
    const [ourBest, bareBest] = [best(ours), best(bare)];
    const peer = await measureSocketIo(stack, load);
    const row = (name: string, of: FanOut) => [
      name,
      rate(of.perSecond),
      percent(of.perSecond, bareBest.perSecond),
      milliseconds(of.p50),
      milliseconds(of.p99),
      of.processorMicros.toFixed(2),
    ];
    const rows = [
      row("gateway", ourBest),
      row("bare uWebSockets.js publish", bareBest),
      row("socket.io with its Redis adapter", peer),
    ];
    const headings = ["server", "messages/s", "share", "p50 ms", "p99 ms", "CPU µs/message"];
    process.stdout.write(
      `${reportTable(headings, rows)}\n${values.clients} clients, ${symbols.length} symbols, JSON; ` +
        `${(ourBest.perSecond / peer.perSecond).toFixed(1)} times socket.io; ${machine()}\n`,
    );
  } finally {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

type Load = { readonly count: number; readonly seconds: number };

const best = (runs: readonly FanOut[]): FanOut =>
  runs.reduce((one, other) => (other.perSecond > one.perSecond ? other : one));

/** A tenant as the gateway knows it, and what each client says: a token, and what it wants. */
async function greeting(stack: Stack): Promise<readonly string[]> {
  const eventStore = connectEventStore({ connectionString: stack.urls.eventStore });
  const metadata = { tenant: TENANT, actor: "bench", command: randomUUID(), digest: "", correlation: "", schema: 1 };
  const event = (type: string, data: object) => ({
    id: randomUUID(),
    type,
    data: { tenantId: TENANT, ...data },
    metadata,
  });
  const events = [event("TenantRequested", { name: TENANT, template: "trading" }), event("TenantActivated", {})];
  await eventStore.append(streams.tenant(TENANT), events, "no_stream");
  await eventStore.close();
  const signer = await loadSigner(stack.keysFolder);
  const token = await signer.sign({ subject: "bench", tenant: TENANT, roles: ["viewer"] }, 3600);
  return [
    JSON.stringify({ type: "authenticate", token }),
    JSON.stringify({ type: "subscribe", id: "q", channel: "quotes" }),
  ];
}

const portOf = (stack: Stack) => Number(new URL(stack.urls.gateway).port);
const clientsOf = (stack: Stack, hello: readonly string[], count: number): ClientsOptions => ({
  port: portOf(stack),
  path: SOCKET_PATH,
  count,
  hello,
  ready: '"subscribed"',
});

async function measureGateway(
  stack: Stack,
  pid: number,
  hello: readonly string[],
  { count, seconds }: Load,
): Promise<FanOut> {
  const bus = await connectBus({ url: stack.urls.nats, name: "bench" });
  try {
    return await measureFanOut({
      clients: clientsOf(stack, hello, count),
      serverPid: pid,
      seconds,
      publishRound(first) {
        for (const [index, symbol] of symbols.entries())
          bus.publish(subjects.quotes(TENANT, symbol), batchOf(first + index));
      },
    });
  } finally {
    await bus.close();
  }
}

const batchOf = (number: number) =>
  encodeTickBatch({
    kind: "live",
    symbolIndex: NO_SYMBOL_INDEX,
    epoch: 1n,
    sequence: BigInt(number),
    lost: 0,
    utcOffsetSeconds: 0,
    ticks: [{ timeMsc: Date.now(), ...stamp(number), last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 }],
  });
const quoteOf = (symbol: string, number: number) => ({ type: "quote", symbol, ...stamp(number), timeMsc: Date.now() });

async function measureBare(stack: Stack, { count, seconds }: Load): Promise<FanOut> {
  const port = portOf(stack) + 200;
  const server = child("bare-server.ts", { NATS_URL: stack.urls.nats, PORT: String(port) });
  await heard<{ ready: true }, true>(server, ({ ready }) => ready);
  const bus = await connectBus({ url: stack.urls.nats, name: "bench" });
  try {
    return await measureFanOut({
      clients: { port, path: "/", count, hello: [], ready: "ready" },
      serverPid: server.pid ?? 0,
      seconds,
      publishRound(first) {
        for (const [index, symbol] of symbols.entries())
          bus.publish("bare.quotes", Buffer.from(JSON.stringify(quoteOf(symbol, first + index))));
      },
    });
  } finally {
    await bus.close();
    server.removeAllListeners();
    server.kill();
  }
}

async function measureSocketIo(stack: Stack, { count, seconds }: Load): Promise<FanOut> {
  const port = portOf(stack) + 201;
  const server = child("socket-io-server.ts", { REDIS_URL: stack.urls.redis, PORT: String(port) });
  await heard<{ ready: true }, true>(server, ({ ready }) => ready);
  const redis = new Redis(stack.urls.redis);
  const listening = redis.duplicate();
  const publisher = new Server({ adapter: createAdapter(redis, listening) });
  try {
    return await measureFanOut({
      // Engine.IO 4: "0" opens, "40" joins the namespace, "42" is an event; "2" asks for a "3" every 25 s.
      clients: { port, path: "/socket.io/?EIO=4&transport=websocket", count, hello: ["40"], ready: "40{" },
      serverPid: server.pid ?? 0,
      seconds,
      publishRound(first) {
        for (const [index, symbol] of symbols.entries()) publisher.emit("quote", quoteOf(symbol, first + index));
      },
    });
  } finally {
    redis.disconnect();
    listening.disconnect();
    server.removeAllListeners();
    server.kill();
  }
}

/** What a client costs who is connected, let in and subscribed, and to whom nothing happens. */
async function measureIdle(stack: Stack, pid: number, hello: readonly string[], count: number): Promise<void> {
  const before = residentBytes(pid);
  const clients = child("clients.ts");
  await startClients(clients, clientsOf(stack, hello, count));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const each = (residentBytes(pid) - before) / count;
  clients.removeAllListeners();
  clients.kill();
  process.stdout.write(
    `${rate(count)} idle clients, let in and subscribed to quotes: ${(each / 1024).toFixed(1)} KiB of the gateway's memory each\n`,
  );
}
