import { doubtsOf, type Tick } from "@tradesage/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateTicks, type Misbehaviour, runTerminal, type TerminalOptions } from "../src/index.ts";
import { asStored, firstDifference, type Installation, startInstallation } from "./installation.ts";

const COUNT = 4_000;
const seed = Number(process.env["TRADESAGE_SEED"] ?? Date.now() % 1_000_000);
const source = () => generateTicks({ symbol: "EURUSD", start: 1_700_000_000_000, seed, count: COUNT });
const suffix = ` (seed ${seed})`;

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

async function send(tenant: string, options: Partial<TerminalOptions>) {
  const key = await installation.key(tenant);
  const progress = await runTerminal({
    ...{ url: installation.url, key, symbols: ["EURUSD"], source: source(), maxBatch: 20, seed, ...options },
  });
  return { progress, stored: await installation.stored(tenant, "EURUSD") };
}
async function sent(): Promise<Tick[]> {
  const all: Tick[] = [];
  for await (const ticks of source()) all.push(...ticks.map(asStored));
  return all;
}
const marked = (stored: readonly Tick[], doubt: string) =>
  stored.filter(({ quality }) => doubtsOf(quality).some((one) => one === doubt)).length;

describe("a terminal that misbehaves", () => {
  test.each<[string, Misbehaviour]>([
    ["sends batches twice", { repeat: 0.2 }],
    ["sends batches out of their order", { reorder: 0.05 }],
    ["loses its link behind batches", { cut: 0.05 }],
    ["loses its link in the middle of batches", { half: 0.05 }],
    ["writes frames in pieces", { slow: 0.1 }],
    ["does all of it", { repeat: 0.1, reorder: 0.01, cut: 0.01, half: 0.01, slow: 0.05 }],
  ])("and %s has every tick stored once, as it was", async (how, misbehaviour) => {
    const { progress, stored } = await send(how.replaceAll(/[^a-z]/g, "_").slice(0, 30), { misbehaviour });
    expect(firstDifference(stored, await sent()), suffix).toBeUndefined();
    if (misbehaviour.cut || misbehaviour.half || misbehaviour.reorder) expect(progress.reconnects).toBeGreaterThan(0);
  });

  test("and sends crossed prices, prices that are no numbers and times of another hour has them marked, and kept", async () => {
    const { stored } = await send("doubtful", { misbehaviour: { crossed: 0.01, nan: 0.01, clock: 0.01 } });
    expect(stored.length).toBe(COUNT);
    const counts = [marked(stored, "crossed"), marked(stored, "not_a_number"), marked(stored, "out_of_order")];
    for (const count of counts) expect(count, suffix).toBeGreaterThan(0);
    expect(stored.filter(({ quality }) => quality === 0).length).toBeGreaterThan(COUNT * 0.9);
  });

  test("and loses ticks says how many, and the rest is stored", async () => {
    const { progress, stored } = await send("forgetful", { misbehaviour: { lost: 0.1 } });
    expect(progress.lost, suffix).toBeGreaterThan(0);
    expect(stored.length).toBe(COUNT - progress.lost);
  });
});

test("a broker's clock that is set back makes no tick late, and its suffixes are the terminal's own business", async () => {
  const { stored } = await send("athens", {
    utcOffsetSeconds: 10_800,
    clockChange: { afterTicks: COUNT / 2, utcOffsetSeconds: 7_200 },
    suffix: ".r",
  });
  expect(marked(stored, "out_of_order")).toBe(0);
  const expected = (await sent()).map((tick, index) =>
    index < COUNT / 2 ? tick : { ...tick, timeMsc: tick.timeMsc - 3_600_000 },
  );
  expect(firstDifference(stored, expected), suffix).toBeUndefined();
});
