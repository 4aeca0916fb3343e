import { setImmediate as turn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { subjects } from "@tradesage/contracts";
import { hearTicks, type TickListener } from "@tradesage/trading";
import { pino } from "pino";
import { restOrders } from "./paper/resting-orders.ts";
import { machine, percent, rate, reportTable } from "./report.ts";
import { inBatches, makeTicks, SYMBOL } from "./ticks/made-ticks.ts";

const help = `The paper venue: ticks as they come from the bus, decoded and held against orders that rest, beside the same decoded alone.

  --orders N     that rest, one instrument (10000)
  --ticks N      in batches of 500 (1000000)
  --rounds N     of each in turn, of which the best counts (3)
`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: "string", default: "10000" },
      ticks: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "3" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const ticks = await makeTicks(Number(values.ticks));
  const batches = inBatches(ticks, 500);
  const price = ticks[0]?.bid ?? 1;

  const rounds = Array.from({ length: Number(values.rounds) }, (_, round) => round);
  let [decoding, matching] = [0, 0];
  let [fills, trails, open] = [0, 0, 0];
  for (const round of rounds) {
    let newest = 0;
    const decoder: TickListener = {
      watches: () => true,
      take(_, __, { bid }) {
        newest = Math.max(newest, bid);
      },
    };
    decoding = Math.max(decoding, await perSecond(ticks.length, batches, decoder));
    const resting = restOrders(Number(values.orders), price, seeded(round + 1));
    matching = Math.max(matching, await perSecond(ticks.length, batches, resting));
    ({ fills, trails } = resting.counts);
    open = resting.open();
  }
  const rows = [
    ["decoded and held against the orders", rate(matching), percent(matching, decoding)],
    ["decoded alone", rate(decoding), "100 %"],
  ];
  process.stdout.write(
    `${reportTable(["ticks", "ticks/s", "share"], rows)}\n${rate(open)} orders rest at the end; in ${rate(ticks.length)} ticks ` +
      `${rate(fills)} were filled and replaced, and ${rate(trails)} trails told; ${machine()}\n`,
  );
}

/** How fast a listener takes all batches from a bus that has them at once. */
async function perSecond(ticks: number, batches: readonly Uint8Array[], listener: TickListener): Promise<number> {
  let deliver: (subject: string, payload: Uint8Array) => void = () => undefined;
  const subject = subjects.ticks("bench", SYMBOL);
  const bus = {
    subscribe(to: string, handler: typeof deliver) {
      if (to === subject) deliver = handler;
      return { stop: () => undefined };
    },
  };
  hearTicks(bus, listener, pino({ level: "silent" })).watch("bench", SYMBOL);
  const begun = performance.now();
  for (const [index, batch] of batches.entries()) {
    deliver(subject, batch);
    // What follows from a tick has its turn, as between messages of a real bus.
    if (index % 10 === 9) await turn();
  }
  return ticks / ((performance.now() - begun) / 1000);
}

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
