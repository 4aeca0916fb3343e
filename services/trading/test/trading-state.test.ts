import assert from "node:assert/strict";
import { type JsonObject, PLATFORM } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Trading } from "../src/trading.ts";
import { type Desk, desk } from "./desk.ts";
import { codeOf, type Servers, startServers } from "./servers.ts";

const reason = "the feed is wrong";
let servers: Servers;
let trading: Trading;
let tests = 0;

const setDesk = (one: Desk, tenantId: string, state: string) =>
  one.send("SetDeskState", { tenantId, state, reason }, tenantId);

beforeAll(async () => {
  servers = await startServers();
  trading = await servers.startTrading();
});
afterAll(async () => {
  await trading.stop();
  await servers.close();
});

/** A tenant with an account, prices, and an order that rests. */
async function trader(): Promise<Desk & { id: string }> {
  const id = `halted_${++tests}`;
  const one = desk(servers.bus, servers.eventStore, id);
  await one.activate();
  await one.open();
  await until("a quote", async () => {
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
    const ended = await until("the order's end", async () => {
      const last = await lastOf(acme);
      return last?.type === "OrderCancelled" ? last : undefined;
    });
    assert.deepEqual(ended.data, { accountId: "main", orderId: "rests", remaining: "0.1", reason: "restricted" });
    const { actor, causation } = ended.metadata as { actor: string; causation: string };
    const halted = await Array.fromAsync(servers.eventStore.readStream(`${acme.id}-desk-${acme.id}`));
    assert.deepEqual([actor, causation], ["service:risk", halted[0]?.id]);
    await setDesk(acme, acme.id, "active");
    assert.equal(await codeOf(acme.place("o1", limit)), "accepted");
  });

  test("of the platform is on for all, and stays on over a restart", async () => {
    const [acme, platform] = [await trader(), desk(servers.bus, servers.eventStore, PLATFORM)];
    await setDesk(platform, PLATFORM, "reducing");
    assert.equal(await codeOf(acme.place("o1", limit)), "ONLY_REDUCING");
    await trading.stop();
    trading = await servers.startTrading();
    assert.equal(await codeOf(acme.place("o2", limit)), "ONLY_REDUCING");
    await until("the order's end", async () => (await lastOf(acme))?.type === "OrderCancelled" || undefined);
    await setDesk(platform, PLATFORM, "active");
    assert.equal(await codeOf(acme.place("o3", limit)), "accepted");
  });

  test("stands beside a desk's rollover, which needs a time and a zone that there are", async () => {
    const acme = await trader();
    const set = (data: JsonObject, tenantId = acme.id) =>
      codeOf(acme.send("SetRollover", { tenantId, ...data }, tenantId));
    assert.equal(await set({ at: "17:00", zone: "America/New_York" }), "accepted");
    for (const bad of [{ at: "17:00" }, { at: "24:00", zone: "UTC" }, { at: "17:00", zone: "Mars/Olympus" }])
      assert.equal(await set(bad), "INVALID_INPUT");
    assert.equal(await set({}, "another"), "INVALID_INPUT");
    await setDesk(acme, acme.id, "halted");
    const told = await Array.fromAsync(servers.eventStore.readStream(`${acme.id}-desk-${acme.id}`));
    assert.deepEqual(
      told.map(({ type }) => type),
      ["DeskTermsSet", "DeskStateChanged"],
    );
  });

  test("takes only a tenant that is there, in its own name, and says why", async () => {
    const acme = await trader();
    assert.equal(await codeOf(setDesk(acme, "another", "halted")), "INVALID_INPUT");
    assert.equal(await codeOf(acme.send("SetDeskState", { tenantId: acme.id, state: "halted" })), "INVALID_INPUT");
    assert.equal(
      await codeOf(setDesk(desk(servers.bus, servers.eventStore, "nobody"), "nobody", "halted")),
      "TENANT_NOT_FOUND",
    );
    assert.deepEqual(await Array.fromAsync(servers.eventStore.readStream(`${acme.id}-desk-${acme.id}`)), []);
  });
});
