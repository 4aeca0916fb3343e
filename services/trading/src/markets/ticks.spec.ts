import assert from "node:assert/strict";
import { encodeTickBatch, NO_SYMBOL_INDEX, type Tick, TickQuality } from "@tradesage/contracts";
import { pino } from "pino";
import { describe, test } from "vitest";
import { hearTicks } from "./ticks.ts";

const good: Tick = { timeMsc: 7_200_500, bid: 1.1, ask: 1.2, last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 };

function heard(
  ticks: readonly Tick[],
  { kind = "live", wantsAll = true }: { kind?: "live" | "backfill"; wantsAll?: boolean } = {},
) {
  const seen: unknown[] = [];
  const header = { symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 7200 };
  const bus = {
    subscribe(_: string, handler: (subject: string, payload: Uint8Array) => void) {
      handler("ticks.acme.US500=2ecash", encodeTickBatch({ ...header, kind, ticks }));
      handler("ticks.acme.US500=2ecash", new Uint8Array(3));
      return { stop() {} };
    },
  };
  const listener = {
    wantsAll: () => wantsAll,
    take: (tenant: string, symbol: string, quote: object) => void seen.push({ tenant, symbol, ...quote }),
  };
  hearTicks(bus, listener, pino({ level: "silent" }));
  return seen;
}

describe("ticks", () => {
  test("are heard as the tenant's and the instrument's of their subject, in UTC", () =>
    assert.deepEqual(heard([good]), [{ tenant: "acme", symbol: "US500.cash", bid: 1.1, ask: 1.2, timeMsc: 500 }]));
  test.each(Object.values(TickQuality))("that the bridge doubts are passed over (bit %i)", (quality) =>
    assert.deepEqual(heard([{ ...good, quality }]), []),
  );
  test.each([
    { bid: 1.2, ask: 1.1 },
    { bid: 0 },
    { ask: Number.NaN },
    { bid: Number.NaN },
    { ask: Number.POSITIVE_INFINITY },
  ])("that are no prices are passed over, whatever the bridge says: %o", (prices) =>
    assert.deepEqual(heard([{ ...good, ...prices }]), []),
  );
  test("where all matter are heard in order; where not, the newest good one is", () => {
    const ticks = [good, { ...good, bid: 1.11 }, { ...good, bid: 0 }];
    const bids = (wantsAll: boolean) => heard(ticks, { wantsAll }).map((quote) => (quote as { bid: number }).bid);
    assert.deepEqual([bids(true), bids(false)], [[1.1, 1.11], [1.11]]);
  });
  test("of a terminal's history are passed over", () => assert.deepEqual(heard([good], { kind: "backfill" }), []));
});
