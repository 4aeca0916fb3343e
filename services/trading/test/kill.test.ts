import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desk, eventually } from "./desk.ts";

const { NATS_URL = "" } = process.env;
const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let eventStore: EventStore;
let bus: Bus;
let service: ChildProcess;

function startService(): ChildProcess {
  const settings = { NATS_URL, EVENTSTORE_URL: server.connectionString, MANAGEMENT_PORT: "0", LOG_LEVEL: "warn" };
  const env = { PATH: process.env["PATH"], TRADESAGE_ENV: "test", ...settings };
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], { env, stdio: "inherit" });
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

beforeAll(async () => {
  server = await startEventStoreServer({ inMemory: true, port: 0 });
  eventStore = connectEventStore(server);
  bus = await connectBus({ url: NATS_URL, name: "trading-kill-test" });
  await ensureStreams(bus);
  service = startService();
});
afterAll(async () => {
  await kill(service);
  await bus.close();
  await eventStore.close();
  await server.close();
});

test("a service that is killed in the middle of filling loses no order and fills none twice", async () => {
  const acme = desk(bus, eventStore, "acme_killed");
  await acme.activate();
  await eventually("a service that answers", () =>
    acme.open("100000.00").then(
      () => true,
      () => undefined,
    ),
  );
  const ids = Array.from({ length: 40 }, (_, n) => `o${n}`);
  const limitOf = (n: number) => (1.39 - n / 10_000).toFixed(5);
  await Promise.all(ids.map((id, n) => acme.place(id, { kind: "limit", volume: "0.01", limitPrice: limitOf(n) })));
  const fills = async () =>
    (await acme.events()).filter(({ type }) => type === "OrderFilled").map(({ data }) => data as { orderId: string });

  // The price falls through all limits, and the service dies on the way.
  const reach = async (count: number, from: number) => {
    let price = from;
    await eventually(`${count} fills`, async () => {
      price -= 0.0001;
      acme.tick(price - 0.00003, price);
      return (await fills()).length >= count || undefined;
    });
    return price;
  };
  const price = await reach(15, 1.391);
  await kill(service);
  service = startService();
  await reach(ids.length, price);
  const filled = (await fills()).map(({ orderId }) => orderId);
  expect(filled.sort()).toEqual(ids.sort());
  // Another command proves that nothing more is under way for this account.
  await acme.send("Deposit", { accountId: "main", amount: "1.00" });
  assert.equal((await fills()).length, ids.length);
});
