import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { desk } from "./desk.ts";

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
  await acme.answered();
  await acme.open("100000.00");
  const ids = Array.from({ length: 40 }, (_, n) => `o${n}`);
  const limitOf = (n: number) => (1.39 - n / 10_000).toFixed(5);
  await Promise.all(ids.map((id, n) => acme.place(id, { kind: "limit", volume: "0.01", limitPrice: limitOf(n) })));
  const fills = async () =>
    (await acme.events()).filter(({ type }) => type === "OrderFilled").map(({ data }) => data as { orderId: string });

  // The price falls through all limits, and the service dies on the way.
  const reach = async (count: number, from: number) => {
    let price = from;
    await until(`${count} fills`, async () => {
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

test("a stop stands where it had trailed to when the service was killed", async () => {
  const zeta = desk(bus, eventStore, "zeta_killed");
  await zeta.activate();
  await zeta.answered();
  await zeta.open("100000.00");
  const order = { kind: "trailing_stop", side: "sell", trailing: { distance: "0.00200" } };
  await until("an order that was taken", async () => {
    zeta.tick(1.39148, 1.39151);
    return zeta.place("o1", order).catch(() => undefined);
  });
  const stop = async () => {
    const told = (await zeta.events()).filter(({ type }) => type === "OrderTrailed");
    return (told.at(-1)?.data as { stopPrice: string } | undefined)?.stopPrice;
  };
  // The price rises by a step at a time, and the service dies on the way.
  let points = 139_148;
  const reached = await until("some trailing", async () => {
    points += 20;
    zeta.tick(points / 1e5, (points + 3) / 1e5);
    const at = await stop();
    return at && Number(at) > 1.392 ? at : undefined;
  });
  await kill(service);
  service = startService();
  const last = (await stop()) ?? reached;
  const fill = await until("the fill", async () => {
    zeta.tick(Number(last), Number(last) + 0.00003);
    return zeta.fillOf("o1");
  });
  assert.equal((fill.data as { price: string }).price, last);
});
