import assert from "node:assert/strict";
import { PLATFORM, Refused } from "@tradesage/contracts";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { pino } from "pino";
import { Registry } from "prom-client";
import { afterAll, beforeAll, describe, test } from "vitest";
import { startTrading, type Trading } from "../src/trading.ts";
import { type Desk, desk, eventually } from "./desk.ts";

const { NATS_URL = "" } = process.env;
const reason = "the feed is wrong";
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let eventStore: EventStore;
let bus: Bus;
let trading: Trading;
let tests = 0;

const start = () =>
  startTrading({
    ...{ eventStore, bus, maxQuoteAgeMs: 60_000 },
    logger: pino({ level: "silent" }),
    metrics: new Registry(),
  });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: unknown) => (error instanceof Refused ? error.code : String(error)),
  );
const setDesk = (one: Desk, tenantId: string, state: string) =>
  one.send("SetDeskState", { tenantId, state, reason }, tenantId);

beforeAll(async () => {
  server = await startEventStoreServer({ inMemory: true, port: 0 });
  eventStore = connectEventStore(server);
  bus = await connectBus({ url: NATS_URL, name: "trading-state-test" });
  await ensureStreams(bus);
  trading = await start();
});
afterAll(async () => {
  await trading.stop();
  await bus.close();
  await eventStore.close();
  await server.close();
});

/** A tenant with an account, prices, and an order that rests. */
async function trader(): Promise<Desk & { id: string }> {
  const id = `halted_${++tests}`;
  const one = desk(bus, eventStore, id);
  await one.activate();
  await one.open();
  await eventually("a quote", async () => {
    one.tick(1.39148, 1.39151);
    return (await codeOf(one.place("rests", { kind: "limit", limitPrice: "1.2" }))) === "accepted" ? true : undefined;
  });
  return { ...one, id };
}
const limit = { kind: "limit", limitPrice: "1.2" };
const lastOf = async (one: Desk) => (await one.events()).at(-1);

describe("the kill switch", () => {
  test("of a tenant is on once it is answered, and ends its open orders, and no other's", async () => {
    const [acme, zeta] = await Promise.all([trader(), trader()]);
    await setDesk(acme, acme.id, "halted");
    assert.equal(await codeOf(acme.place("o1", limit)), "TRADING_HALTED");
    assert.equal(await codeOf(zeta.place("o1", limit)), "accepted");
    const ended = await eventually("the order's end", async () => {
      const last = await lastOf(acme);
      return last?.type === "OrderCancelled" ? last : undefined;
    });
    assert.deepEqual(ended.data, { accountId: "main", orderId: "rests", remaining: "0.1", reason: "restricted" });
    const { actor, causation } = ended.metadata as { actor: string; causation: string };
    const halted = await Array.fromAsync(eventStore.readStream(`${acme.id}-desk-${acme.id}`));
    assert.deepEqual([actor, causation], ["service:risk", halted[0]?.id]);
    await setDesk(acme, acme.id, "active");
    assert.equal(await codeOf(acme.place("o1", limit)), "accepted");
  });

  test("of the platform is on for all, and stays on over a restart", async () => {
    const [acme, platform] = [await trader(), desk(bus, eventStore, PLATFORM)];
    await setDesk(platform, PLATFORM, "reducing");
    assert.equal(await codeOf(acme.place("o1", limit)), "ONLY_REDUCING");
    await trading.stop();
    trading = await start();
    assert.equal(await codeOf(acme.place("o2", limit)), "ONLY_REDUCING");
    await eventually("the order's end", async () => (await lastOf(acme))?.type === "OrderCancelled" || undefined);
    await setDesk(platform, PLATFORM, "active");
    assert.equal(await codeOf(acme.place("o3", limit)), "accepted");
  });

  test("takes only a tenant that is there, in its own name, and says why", async () => {
    const acme = await trader();
    assert.equal(await codeOf(setDesk(acme, "another", "halted")), "INVALID_INPUT");
    assert.equal(await codeOf(acme.send("SetDeskState", { tenantId: acme.id, state: "halted" })), "INVALID_INPUT");
    assert.equal(await codeOf(setDesk(desk(bus, eventStore, "nobody"), "nobody", "halted")), "TENANT_NOT_FOUND");
    assert.deepEqual(await Array.fromAsync(eventStore.readStream(`${acme.id}-desk-${acme.id}`)), []);
  });
});
