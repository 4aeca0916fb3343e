import assert from "node:assert/strict";
import { encodeTickBatch, NO_SYMBOL_INDEX, type Tick, TickQuality } from "@tradesage/contracts";
import { pino } from "pino";
import { describe, test } from "vitest";
import { hearTicks } from "./ticks.ts";

const good: Tick = { timeMsc: 7_200_500, bid: 1.1, ask: 1.2, last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 };

/** The bus, as far as it lets one listen. */
function listenable() {
  const handlers = new Map<string, (subject: string, payload: Uint8Array) => void>();
  return {
    handlers,
    subscribe(subject: string, handler: (subject: string, payload: Uint8Array) => void) {
      handlers.set(subject, handler);
      return { stop: () => void handlers.delete(subject) };
    },
  };
}
const silent = pino({ level: "silent" });
const message = (ticks: readonly Tick[], kind: "live" | "backfill" = "live") => {
  const header = { symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n, lost: 0, utcOffsetSeconds: 7200 };
  return encodeTickBatch({ ...header, kind, ticks });
};

function heard(ticks: readonly Tick[], kind: "live" | "backfill" = "live") {
  const bus = listenable();
  const seen: unknown[] = [];
  const take = (tenant: string, symbol: string, quote: object) => void seen.push({ tenant, symbol, ...quote });
  hearTicks(bus, { watches: () => false, take }, silent);
  const hear = bus.handlers.get("quotes.>");
  hear?.("quotes.acme.US500=2ecash", message(ticks, kind));
  hear?.("quotes.acme.US500=2ecash", new Uint8Array(3));
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
  test("of a watched instrument are heard all, in order, until it is watched no more", () => {
    const bus = listenable();
    const bids: number[] = [];
    let isWatched = true;
    const ticks = hearTicks(bus, { watches: () => isWatched, take: (_, __, { bid }) => void bids.push(bid) }, silent);
    ticks.watch("acme", "US500.cash");
    const subject = "ticks.acme.US500=2ecash";
    bus.handlers.get(subject)?.(subject, message([good, { ...good, bid: 1.11 }]));
    assert.deepEqual(bids, [1.1, 1.11]);
    const quotes = bus.handlers.get("quotes.>");
    quotes?.("quotes.acme.US500=2ecash", message([{ ...good, bid: 1.12 }]));
    assert.equal(bids.length, 2);
    isWatched = false;
    bus.handlers.get(subject)?.(subject, message([good]));
    assert.deepEqual([bids.length, bus.handlers.has(subject)], [3, false]);
    quotes?.("quotes.acme.US500=2ecash", message([{ ...good, bid: 1.12 }]));
    assert.equal(bids.at(-1), 1.12);
  });
  test("of a terminal's history are passed over", () => assert.deepEqual(heard([good], "backfill"), []));
});
