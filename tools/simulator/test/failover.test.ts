import type { Tick } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateTicks, runTerminal } from "../src/index.ts";
import { type Address, openAddress } from "./address.ts";
import { asStored, firstDifference, type Installation, startInstallation } from "./installation.ts";

const COUNT = 200_000;
const seed = Number(process.env["TRADESAGE_SEED"] ?? Date.now() % 1_000_000);
const source = () => generateTicks({ symbol: "EURUSD", start: 1_700_000_000_000, seed, count: COUNT });

let installation: Installation;
let address: Address;
const bridges = new Map<number, Awaited<ReturnType<Installation["another"]>>>();

beforeAll(async () => {
  installation = await startInstallation();
  for (const bridge of [await installation.another(), await installation.another()]) bridges.set(bridge.port, bridge);
  address = await openAddress([...bridges.keys()]);
});
afterAll(async () => {
  await address?.close();
  await installation?.stop();
});

async function sendAll(tenant: string, meanwhile: (acknowledged: () => number) => Promise<void>): Promise<void> {
  let acknowledged = 0;
  const key = await installation.key(tenant);
  const sending = runTerminal({
    ...{ url: address.url, key, symbols: ["EURUSD"], source: source(), maxBatch: 7 },
    onProgress: (progress) => {
      acknowledged = progress.acknowledged;
    },
  });
  await Promise.all([sending, meanwhile(() => acknowledged)]);
  const sent: Tick[] = [];
  for await (const ticks of source()) sent.push(...ticks.map(asStored));
  expect(firstDifference(await installation.stored(tenant, "EURUSD"), sent), `seed ${seed}`).toBeUndefined();
}

test.each([
  ["killed", "SIGKILL"],
  ["stopped", "SIGTERM"],
] as const)(
  "a terminal whose bridge is %s goes on at another behind the same address, and every tick is stored once",
  async (how, signal) => {
    const served = new Set<number>();
    await sendAll(how, async (acknowledged) => {
      for (const part of [COUNT * 0.2, COUNT * 0.5, COUNT * 0.7]) {
        await until(`${part} ticks are acknowledged`, () => acknowledged() > part);
        const port = address.serving() as number;
        served.add(port);
        await bridges.get(port)?.end(signal);
        bridges.set(port, await installation.another(port));
      }
    });
    expect(served.size).toBe(2);
  },
);

test("every tick is stored once though the link is cut again and again between sending and acknowledgement", async () => {
  let cuts = 0;
  await sendAll("cut_off", async (acknowledged) => {
    for (let part = COUNT / 20; part < COUNT; part += COUNT / 20) {
      await until(`${part} ticks are acknowledged`, () => acknowledged() > part);
      address.cut();
      cuts++;
    }
  });
  expect(cuts).toBe(19);
});
