import { setTimeout as sleep } from "node:timers/promises";
import { Timeframe } from "@tradesage/contracts";
import { generateTicks, mulberry32, type TerminalTick, type TickSource } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foldTicks } from "../src/fold-ticks.ts";
import { type Installation, startInstallation } from "../src/installation.ts";
import { deposit } from "../src/load.ts";
import { eurusd, firstTicks, haveRealTicks } from "../src/real-ticks.ts";
import { openSeveringLink, type SeveringLink } from "../src/severing-link.ts";
import { keeping, tickDifferences } from "../src/ticks.ts";

/** The same seed kills the same processes in the same order, each after as many ticks as before. */
const seed = Number(process.env["TRADESAGE_SEED"] ?? Date.now() % 1_000_000);
/** How often each of the faults comes. */
const rounds = Number(process.env["TRADESAGE_ROUNDS"] ?? 1);

/** What is killed, one after the other within a moment; the link is not killed but severed. */
const faults = [
  ["data-bridge"],
  ["nats"],
  ["nats", "data-bridge"],
  ["market-data"],
  ["postgres"],
  ["gateway"],
  ["link"],
] as const;
const TICKS = 100_000;
/** So slow that they outlast the faults: a round of those takes some ten seconds, the ticks 25 s a round. */
const TICKS_PER_SECOND = 4_000 / rounds;
const EVERY_MS = 25;
const SYMBOL = eurusd.symbol;

let installation: Installation;
let link: SeveringLink;
beforeAll(async () => {
  installation = await startInstallation();
  link = await openSeveringLink(installation.stack.urls.bridge);
});
afterAll(async () => {
  await installation?.stop();
  await link?.close();
});

test(`with seed ${seed}, processes are killed, the link is severed, batches come twice and out of order: nothing is lost, nothing is there twice`, async () => {
  const { stack } = installation;
  const tenant = await installation.tenant("seeded");
  const follower = tenant.watch();
  await follower.open;
  await tenant.openAccount("main", "1000");

  const sent: TerminalTick[] = [];
  let isQuiet = false;
  const flow = inNoHaste(source(), () => isQuiet);
  const misbehaviour = { repeat: 0.05, reorder: 0.002 };
  const streaming = tenant.stream(SYMBOL, keeping(flow, sent), { url: link.url, maxBatch: 20, misbehaviour, seed });
  const deposits = deposit(tenant.admin, "main");

  const random = mulberry32(seed);
  const flown = (ticks: number) => {
    const moment = sent.length + random() * ticks;
    return until("ticks flow", async () => sent.length > moment);
  };
  for (const fault of Array.from({ length: rounds }, () => shuffled(faults, random)).flat()) {
    await flown(TICKS_PER_SECOND);
    const mended: (() => Promise<unknown>)[] = [];
    for (const part of fault) {
      mended.push(strike(part));
      await flown(TICKS_PER_SECOND / 20);
    }
    for (const isMended of mended) await isMended();
  }
  isQuiet = true;
  await stack.waitReady();
  await deposits.finish();
  expect(await streaming).toMatchObject({ read: TICKS });

  // Each tick is in the table once, as it was sent.
  await until("all ticks are in the table", async () => (await tenant.tickCount()) >= TICKS);
  expect(await tickDifferences(tenant.trader, SYMBOL, sent)).toEqual([]);

  // Each bar is the fold of its ticks.
  for (const timeframe of Timeframe.options) {
    const bars = await Array.fromAsync(tenant.trader.pages("listBars", { symbol: SYMBOL, timeframe, limit: 4000 }));
    expect(firstDifference(bars, foldTicks(sent, timeframe)), timeframe).toBeUndefined();
  }

  // Each acknowledged command has its event once, and the follower was told of every event once and in order.
  const history = await tenant.history();
  const positions = history.map(({ position }) => String(position));
  expect(history.filter(({ type }) => type === "FundsDeposited").length).toBe(deposits.acknowledged.size + 1);
  await until("the follower has it all", async () => follower.events.at(-1)?.position === positions.at(-1));
  const told = follower.events.map(({ position }) => position);
  expect(firstDifference(told, positions.slice(positions.indexOf(String(told[0]))))).toBeUndefined();
  expect(told.length).toBeGreaterThan(deposits.acknowledged.size);
});

/** Begins a fault; what it returns resolves once the process runs again, or the link is severed. */
function strike(part: (typeof faults)[number][number]): () => Promise<unknown> {
  if (part === "link") {
    const { severed } = link;
    link.sever();
    return () => until("the link is severed", async () => link.severed > severed);
  }
  const process = installation.stack.process(part);
  const { restarts } = process;
  process.kill("SIGKILL");
  return () => until(`${part} has come back`, async () => process.restarts > restarts);
}

/** Real ticks where they are there. */
const source = (): TickSource =>
  haveRealTicks
    ? firstTicks(eurusd, TICKS)
    : generateTicks({ symbol: SYMBOL, seed, start: Date.UTC(2014, 4, 8), rate: 100, count: TICKS });

/** Lets ticks go at a pace that lasts as long as the faults do, and all the rest at once where it is quiet. */
async function* inNoHaste(ticks: TickSource, isQuiet: () => boolean): TickSource {
  const some = (TICKS_PER_SECOND * EVERY_MS) / 1000;
  for await (const read of ticks) {
    for (let at = 0; at < read.length; at += some) {
      if (!isQuiet()) await sleep(EVERY_MS);
      yield read.slice(at, at + some);
    }
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** Compared as text, and the first only: an assertion library takes minutes for so many objects. */
function firstDifference(is: readonly unknown[], should: readonly unknown[]) {
  const index = should.findIndex((one, at) => JSON.stringify(one) !== JSON.stringify(is[at]));
  if (index < 0 && is.length === should.length) return undefined;
  return { index, is: is[index], should: should[index], lengths: [is.length, should.length] };
}
