import { type JsonObject, streams, type TenantId } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";
import { connectSocket, type SocketClient } from "./socket-client.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

/** Repeatable randomness (mulberry32), so that a failure can be shown again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const eventsOf = (client: SocketClient) =>
  client.messages.flatMap((message) => (message.type === "event" ? [message] : []));

/** Appends `total` numbered deposits in runs of random length, and foreign events between them. */
async function write(tenant: TenantId, other: TenantId, total: number, chance: () => number): Promise<void> {
  const numbered = (n: number): { type: string; data: JsonObject } => ({ type: "FundsDeposited", data: { n } });
  for (let n = 0; n < total; ) {
    const run = Math.min(total - n, 1 + Math.floor(chance() * 40));
    await rig.append(
      streams.account(tenant, "main"),
      Array.from({ length: run }, (_, index) => numbered(n + index)),
    );
    await rig.append(streams.account(other, "main"), [numbered(-1)]);
    n += run;
  }
}

test.each([1, 2, 3])(
  "a client that is cut off again and again misses nothing and gets nothing twice (seed %i)",
  async (seed) => {
    const chance = random(seed);
    const [tenant, other] = [await rig.tenant(), await rig.tenant()];
    const token = await rig.token({ tenant, roles: ["viewer"] });
    const total = 1_500;
    const writing = write(tenant, other, total, random(seed + 100));

    const seen: number[] = [];
    const positions: bigint[] = [];
    let after = "0";
    let cuts = 0;
    while (seen.length < total) {
      const client = connectSocket(rig.url, { token });
      await client.next("authenticated");
      client.send({ type: "subscribe", id: "e", channel: "account", accountId: "main", after });
      const wanted = Math.min(total - seen.length, 1 + Math.floor(chance() * 200));
      await until(`${wanted} events more than ${seen.length}`, () => eventsOf(client).length >= wanted);
      // In the middle of what is coming: whatever came up to now counts, the rest is lost with the connection.
      client.socket.terminate();
      const taken = eventsOf(client).slice(0, wanted);
      seen.push(...taken.map(({ data }) => data["n"] as number));
      positions.push(...taken.map(({ position }) => BigInt(position)));
      after = taken.at(-1)?.position ?? after;
      cuts++;
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: total }, (_, n) => n));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
    expect(cuts).toBeGreaterThan(5);
  },
);

test("a client that was away for longer than memory reaches back reads on from the event store", async () => {
  const tenant = await rig.tenant();
  const total = 10_000;
  const run = Array.from({ length: 500 }, (_, n) => n);
  for (let n = 0; n < total; n += run.length)
    await rig.append(
      streams.account(tenant, "main"),
      run.map((index) => ({ type: "FundsDeposited", data: { n: n + index } })),
    );
  const client = connectSocket(rig.url, { token: await rig.token({ tenant }) });
  await client.next("authenticated");
  client.send({ type: "subscribe", id: "e", channel: "account", after: "0" });
  await until("all events", () => eventsOf(client).length >= total);
  await rig.append(streams.account(tenant, "main"), [{ type: "FundsDeposited", data: { n: total } }]);
  await until("the live one", () => eventsOf(client).length > total);
  expect(eventsOf(client).map(({ data }) => data["n"])).toEqual(Array.from({ length: total + 1 }, (_, n) => n));
  client.socket.close();
});
