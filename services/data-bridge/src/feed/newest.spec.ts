import {
  decodeTickBatch,
  encodeTickBatch,
  NO_SYMBOL_INDEX,
  readTicks,
  type TickBatchKind,
  TickQuality,
} from "@tradesage/contracts";
import { expect, test } from "vitest";
import { createNewest } from "./newest.ts";

const { crossed, stale } = TickQuality;

/** The times of the ticks that followers of prices get of a batch whose ticks are marked so, one a second. */
function newest(
  qualities: readonly number[],
  kind: TickBatchKind = "live",
  kept = qualities.length,
): number[] | undefined {
  const ticks = qualities.map((quality, timeMsc) => ({
    ...{ timeMsc, ordinal: 0, bid: 1, ask: 2, last: 0, volume: 0, flags: 6, quality },
  }));
  const header = { symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 0 };
  const prices = createNewest();
  if (!prices.see(readTicks(encodeTickBatch({ ...header, kind, ticks })), kept)) return undefined;
  return decodeTickBatch(prices.take()).ticks.map(({ timeMsc }) => timeMsc);
}

test.each([
  ["the last tick is the newest price", [0, 0, 0], [2]],
  ["what cannot be a price is passed over", [0, 0, crossed], [1]],
  ["a price that is doubted for its time comes behind the newest without a doubt", [0, stale, stale], [0, 2]],
  ["where all are doubted the last one comes alone", [stale, stale], [1]],
  ["where none can be a price there is none", [crossed], undefined],
] as const)("%s", (_, qualities, expected) => expect(newest(qualities)).toEqual(expected));

test("history is no price of now", () => expect(newest([0], "backfill")).toBeUndefined());

test("ticks that came before are none", () => expect(newest([0, 0, 0], "live", 2)).toEqual([1]));
