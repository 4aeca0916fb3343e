import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Installation, startInstallation } from "@tradesage/simulator/testing";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { programsFolder } from "../src/install.ts";
import { compile } from "../src/language/program.ts";
import { clockOf } from "../src/terminal/clock.ts";
import type { Market, MarketTick } from "../src/terminal/market.ts";
import { createTerminal, type Terminal, waitingFunctions } from "../src/terminal/terminal.ts";
import { market as brokersMarket } from "../src/testing/market.ts";

const OFFSET = 7200;
/** The longest that the service takes to see that its symbol map was changed. */
const LOOKS_AT_MAP_MS = 10_000;
const service = compile(join(programsFolder, "Services/TradeSage/TradeSageFeed.mq5"), waitingFunctions);

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

/** A terminal's computer: its files stay when the terminal crashes. */
async function computer(tenant: string, symbols = "EURUSD = EURUSD.r\nUSDJPY = USDJPY.r\n") {
  const folder = mkdtempSync(join(tmpdir(), "mt5-feed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const ours = join(folder, "TradeSage/Broker-Demo-5012345");
  mkdirSync(ours, { recursive: true });
  writeFileSync(join(ours, "key.txt"), `${await installation.key(tenant)}\r\n`);
  writeFileSync(join(ours, "symbols.txt"), symbols);
  const market = brokersMarket();
  return { folder, ours, market, start: (inputs = {}) => start(folder, market, inputs) };
}

/** The service in a terminal; it is stopped, and awaited, with the test. */
function start(folder: string, market: Market, inputs: object) {
  const terminal = createTerminal({ folder, market, clock: clockOf(OFFSET) });
  const program = terminal.load(service, { BridgeUrl: installation.url, PollMilliseconds: 5, ...inputs });
  const running = program.functions["OnStart"]?.() as Promise<void>;
  running.catch(() => undefined);
  async function stop(): Promise<void> {
    terminal.stop();
    await running;
  }
  async function crash(): Promise<void> {
    terminal.crash();
    await expect(running).rejects.toThrow("is not open");
  }
  onTestFinished(async () => {
    terminal.stop();
    await running.catch(() => undefined);
    terminal.crash();
  });
  return { terminal, running, stop, crash };
}

/** Now on the broker's clock. */
const brokerNow = () => Date.now() + OFFSET * 1000;

/** The broker quotes: some ticks, two of them in one millisecond. */
function quote(market: Market, name: string, count: number, from = brokerNow()): MarketTick[] {
  const ticks = market.symbols.get(name)?.ticks ?? [];
  const begin = Math.max(from, (ticks.at(-1)?.timeMsc ?? 0) + 1);
  for (let index = 0; index < count; index++) {
    const bid = 1.1 + ((ticks.length * 7) % 100) / 100_000;
    ticks.push({ timeMsc: begin + Math.floor(index / 2), bid, ask: bid + 0.00002, flags: index % 3 === 0 ? 2 : 6 });
  }
  return ticks;
}

const textOf = ({ timeMsc, bid, ask, flags }: MarketTick) => [timeMsc, bid, ask, flags].join(" ");

/** Waits until the bridge has stored so many ticks of a symbol; they are exactly the terminal's. */
async function expectStored(tenant: string, symbol: string, ticks: readonly MarketTick[]): Promise<void> {
  const stored = await until("they are stored", async () => {
    const all = await installation.stored(tenant, symbol);
    return all.length >= ticks.length && all;
  });
  expect(stored.map(textOf)).toEqual(ticks.map(textOf));
  const ordinals = ticks.map(({ timeMsc }, index) => index - ticks.findIndex((tick) => tick.timeMsc === timeMsc));
  expect(stored.map(({ ordinal }) => ordinal)).toEqual(ordinals);
}

const connected = ({ journal }: Terminal) => journal.filter((line) => line.includes("connected,")).length;

test("ticks are stored as the terminal has them, each with its place in its millisecond", async () => {
  const { market, start } = await computer("mt5_plain");
  const missed = quote(market, "EURUSD.r", 1500, brokerNow() - 3_600_000);
  const { terminal, stop } = start();
  await expectStored("mt5_plain", "EURUSD", missed);
  const live = quote(market, "USDJPY.r", 7);
  quote(market, "EURUSD.r", 10);
  await expectStored("mt5_plain", "USDJPY", live);
  await expectStored("mt5_plain", "EURUSD", missed);
  // An hour old and yet not marked as stale: they came as history.
  expect(new Set((await installation.stored("mt5_plain", "EURUSD")).map(({ quality }) => quality))).toEqual(
    new Set([0]),
  );
  await stop();
  expect(terminal.journal.filter((line) => line.includes("the link ended"))).toEqual([]);
});

test("nothing is lost and nothing comes twice though the link is cut, the bridge is killed and sends are partial", async () => {
  const { market, start } = await computer("mt5_cut");
  const { terminal } = start();
  await until("the terminal is in", () => connected(terminal) > 0);
  terminal.network.mostSent = 100;
  for (let round = 1; round <= 5; round++) {
    quote(market, "EURUSD.r", 200);
    if (round === 3) await installation.kill("bridge");
    else terminal.cut();
    quote(market, "EURUSD.r", 200);
    await until(`the terminal is in again after ${round} cuts`, () => connected(terminal) > round);
  }
  await expectStored("mt5_cut", "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
});

test("a terminal that crashed goes on in its epoch where it was", async () => {
  const { market, ours, start } = await computer("mt5_crash");
  const before = start();
  await expectStored("mt5_crash", "EURUSD", quote(market, "EURUSD.r", 50));
  quote(market, "EURUSD.r", 50);
  await before.crash();
  const epoch = readFileSync(join(ours, "ticks.queue"), "latin1").slice(8, 25);
  quote(market, "EURUSD.r", 50);
  start();
  await expectStored("mt5_crash", "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
  expect(readFileSync(join(ours, "ticks.queue"), "latin1").slice(8, 25)).toBe(epoch);
});

test.each([
  ["lost", (file: string) => rmSync(file)],
  ["an old one", (file: string, old: Buffer) => writeFileSync(file, old)],
])("a terminal whose queue file is %s goes on from the bridge's cursor", async (what, spoil) => {
  const tenant = `mt5_${what.replaceAll(" ", "_")}`;
  const { market, ours, start } = await computer(tenant);
  const file = join(ours, "ticks.queue");
  const before = start();
  await until("the queue is there", () => connected(before.terminal) > 0);
  const old = readFileSync(file);
  await expectStored(tenant, "EURUSD", quote(market, "EURUSD.r", 50));
  await before.stop();
  spoil(file, old);
  quote(market, "EURUSD.r", 50);
  start();
  await expectStored(tenant, "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
});

test("a clock that the broker moves takes a new connection, and UTC goes on", async () => {
  const { market, start } = await computer("mt5_summer");
  const { terminal } = start();
  quote(market, "EURUSD.r", 10);
  await expectStored("mt5_summer", "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
  terminal.clock.offsetSeconds += 3600;
  await until("the terminal is in again", () => connected(terminal) > 1);
  quote(market, "EURUSD.r", 10, brokerNow() + 3_600_000);
  await expectStored("mt5_summer", "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
  const stored = await installation.stored("mt5_summer", "EURUSD");
  expect(new Set(stored.map(({ quality }) => quality))).toEqual(new Set([0]));
});

test("a key that is refused is told in the journal, and is read anew at the next attempt", async () => {
  const { ours, start } = await computer("mt5_key");
  writeFileSync(join(ours, "key.txt"), "wrong");
  const { terminal } = start();
  await until("the refusal is told", () => terminal.journal.some((line) => line.includes("UNAUTHENTICATED")));
  expect(terminal.journal.some((line) => line.includes("wrong"))).toBe(false);
});

test("what is missing is told in the journal, and a map that is changed is followed", async () => {
  const { market, ours, start } = await computer("mt5_missing", "; nothing yet\n");
  const { terminal } = start();
  await until("the map is asked for", () => terminal.journal.some((line) => line.includes("symbols.txt")));
  writeFileSync(join(ours, "symbols.txt"), "GBPUSD\nEURUSD=EURUSD.r");
  terminal.clock.skippedMs += LOOKS_AT_MAP_MS;
  await until("it feeds", () => terminal.journal.some((line) => line.includes("feeding 1 symbols")));
  expect(terminal.journal).toContain("TradeSage: GBPUSD is left out: the broker has no such symbol");
  await expectStored("mt5_missing", "EURUSD", quote(market, "EURUSD.r", 20));

  writeFileSync(join(ours, "symbols.txt"), "USDJPY=USDJPY.r\nEURUSD=EURUSD.r");
  quote(market, "EURUSD.r", 20);
  terminal.clock.skippedMs += LOOKS_AT_MAP_MS;
  await until("it feeds both", () => terminal.journal.some((line) => line.includes("feeding 2 symbols")));
  await expectStored("mt5_missing", "USDJPY", quote(market, "USDJPY.r", 20));
  await expectStored("mt5_missing", "EURUSD", market.symbols.get("EURUSD.r")?.ticks ?? []);
});
