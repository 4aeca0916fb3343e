import type { Tick } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateTicks, readTickFile, runTerminal, type TerminalProgress, type TickSource } from "../src/index.ts";
import {
  asStored,
  eurusdFile,
  firstDifference,
  type Installation,
  missingData,
  nzdusdFile,
  startInstallation,
  ticksOf,
} from "./installation.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

interface Sending {
  tenant: string;
  symbol: string;
  source: TickSource;
  maxBatch?: number;
  onProgress?: (progress: TerminalProgress) => void;
}

async function send({ tenant, symbol, ...rest }: Sending): Promise<TerminalProgress> {
  return runTerminal({ url: installation.url, key: await installation.key(tenant), symbols: [symbol], ...rest });
}

describe.skipIf(missingData)("of a file of real ticks (skipped where ../shared/data is not there)", () => {
  test("every tick is stored once, and none again when the file is sent again", async () => {
    const sending = () => send({ tenant: "whole", symbol: "EURUSD", source: readTickFile(eurusdFile, "EURUSD") });
    expect(await sending()).toMatchObject({ read: 167_466, skipped: 0, acknowledged: 167_466, reconnects: 0 });
    expect(
      firstDifference(await installation.stored("whole", "EURUSD"), await ticksOf(eurusdFile, "EURUSD")),
    ).toBeUndefined();

    expect(await sending()).toMatchObject({ read: 167_466, skipped: 167_466, acknowledged: 0 });
    expect((await installation.stored("whole", "EURUSD")).length).toBe(167_466);
  });

  test("two tenants have their own, at once", async () => {
    const [one, two] = await Promise.all([
      send({ tenant: "left", symbol: "EURUSD", source: readTickFile(eurusdFile, "EURUSD") }),
      send({ tenant: "right", symbol: "NZDUSD", source: readTickFile(nzdusdFile, "NZDUSD") }),
    ]);
    expect([one.acknowledged, two.acknowledged]).toEqual([167_466, 109_001]);
    expect(
      firstDifference(await installation.stored("left", "EURUSD"), await ticksOf(eurusdFile, "EURUSD")),
    ).toBeUndefined();
    expect(
      firstDifference(await installation.stored("right", "NZDUSD"), await ticksOf(nzdusdFile, "NZDUSD")),
    ).toBeUndefined();
    expect(await installation.stored("left", "NZDUSD")).toEqual([]);
  });

  test.each([
    ["bridge", "killed_bridge"],
    ["bus", "killed_bus"],
  ] as const)("every tick is stored once though the %s is killed three times", async (victim, tenant) => {
    let acknowledged = 0;
    const sending = send({
      tenant,
      symbol: "EURUSD",
      source: readTickFile(eurusdFile, "EURUSD"),
      maxBatch: 20,
      onProgress: (progress) => {
        acknowledged = progress.acknowledged;
      },
    });
    for (const part of [10_000, 60_000, 110_000]) {
      await until(`${part} ticks are acknowledged`, () => acknowledged > part);
      await installation.kill(victim);
    }
    expect((await sending).acknowledged).toBe(167_466);
    expect(
      firstDifference(await installation.stored(tenant, "EURUSD"), await ticksOf(eurusdFile, "EURUSD")),
    ).toBeUndefined();
  });
});

test("a terminal that was killed goes on where its feed stands", async () => {
  const source = () => generateTicks({ symbol: "GBPUSD", start: 1_700_000_000_000, seed: 7, count: 5_000 });
  const end = new AbortController();
  const first = await runTerminal({
    ...{
      url: installation.url,
      key: await installation.key("resumed"),
      symbols: ["GBPUSD"],
      source: source(),
      maxBatch: 10,
    },
    signal: end.signal,
    onProgress: ({ acknowledged }) => {
      if (acknowledged > 1_000) end.abort();
    },
  });
  expect(first.acknowledged).toBeLessThan(5_000);

  const second = await send({ tenant: "resumed", symbol: "GBPUSD", source: source() });
  expect(second.skipped).toBeGreaterThanOrEqual(first.acknowledged);
  const sent: Tick[] = [];
  for await (const ticks of source()) sent.push(...ticks.map(asStored));
  expect(await installation.stored("resumed", "GBPUSD")).toEqual(sent);
});

test("two terminals cannot feed one symbol, and the second is told so", async () => {
  const end = new AbortController();
  const connected = Promise.withResolvers<void>();
  const holding = runTerminal({
    ...{ url: installation.url, key: await installation.key("contested"), symbols: ["EURUSD"], signal: end.signal },
    source: generateTicks({ symbol: "EURUSD", rate: 50, signal: end.signal }),
    onProgress: (progress) => progress.acknowledged > 0 && connected.resolve(),
  });
  await connected.promise;
  const source = generateTicks({ symbol: "EURUSD", start: 0, count: 10 });
  await expect(send({ tenant: "contested", symbol: "EURUSD", source })).rejects.toMatchObject({ code: "FEED_IN_USE" });
  end.abort();
  await holding;
});

test("what is no terminal key ends the attempt at once", async () => {
  const source = generateTicks({ symbol: "EURUSD", start: 0, count: 10 });
  await expect(runTerminal({ url: installation.url, key: "no", symbols: ["EURUSD"], source })).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
  });
});
