import assert from "node:assert/strict";
import type { AccountEvent } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { begin } from "../paper-venue/venue.fixture.ts";
import { createStillNeeded, followedTypes } from "./still-needed.ts";

const account = { accountId: "main", symbol: "EURUSD" } as const;
const quote = { bid: "1.39000", ask: "1.39003", timeMsc: 1 };

/** One thing after the other that may befall ten orders and a position. */
const step = fc.record({
  order: fc.integer({ min: 0, max: 9 }),
  act: fc.constantFrom("place", "place", "place stop", "modify", "fill a part", "fill", "cancel", "protect", "close"),
  points: fc.integer({ min: -50, max: 50 }),
  side: fc.constantFrom("buy" as const, "sell" as const),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** The events of such steps, those left out that cannot be. */
function historyOf(steps: readonly Step[]): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const open = new Map<string, number>();
  const emit = ({ type, data }: AccountEvent) => {
    const position = BigInt(events.length + 1);
    const metadata = { correlation: "c" };
    const place = { stream: "acme-account-main", revision: position, position, at: new Date(0) };
    events.push({
      id: `00000000-0000-4000-8000-${String(position).padStart(12, "0")}`,
      type,
      data,
      metadata,
      ...place,
    });
  };
  steps.forEach(({ order, act, points, side }, index) => {
    const price = (1.39 + points / 10_000).toFixed(5);
    const isPlacing = act.startsWith("place");
    const orderId = isPlacing ? `o${index}` : ([...open.keys()][order] ?? "");
    const left = open.get(orderId);
    const named = { ...account, orderId };
    if (isPlacing) {
      open.set(orderId, 4);
      const prices = act === "place" ? { kind: "limit", limitPrice: price } : { kind: "stop", stopPrice: price };
      emit({ type: "OrderPlaced", data: { ...named, side, volume: "4", margin: "0.00", ...prices } as never });
    } else if (act === "protect") emit({ type: "PositionProtected", data: { ...account, side, stopLoss: price } });
    else if (act === "close")
      emit({ type: "PositionClosed", data: { ...account, side, volume: "1", price, profit: "0.00" } as never });
    else if (left !== undefined) {
      const remaining = act === "fill" ? 0 : left - 1;
      if (act === "modify")
        emit({ type: "OrderModified", data: { ...named, limitPrice: price, remaining: `${left}` } as never });
      else if (act === "cancel")
        emit({ type: "OrderCancelled", data: { ...named, remaining: "1", reason: "requested" } });
      else
        emit({
          type: "OrderFilled",
          data: { ...named, side, volume: "1", price, quote, remaining: `${remaining}` } as never,
        });
      if (act === "cancel" || (act !== "modify" && remaining === 0)) open.delete(orderId);
      else if (act !== "modify") open.set(orderId, remaining);
    }
  });
  return events;
}

/** What a venue sends that has seen such a history, as prices rise and fall. */
function sentAfter(history: readonly RecordedEvent[]) {
  const { venue, sent, tick } = begin();
  for (const event of history) venue.apply("acme", event);
  for (const points of [0, 10, 20, 30, 40, 60, 0, -20, -40, -60])
    tick(1.39 + points / 10_000, 1.39003 + points / 10_000);
  return sent.map(({ at: _, ...envelope }) => envelope);
}

test("a venue that has seen what is still needed does what one does that has seen everything", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      const history = historyOf(steps);
      const needed = createStillNeeded();
      for (const event of history) needed.take(event);
      assert.deepEqual(sentAfter(needed.events()), sentAfter(history));
    }),
    { numRuns: 150 },
  );
});

test("of what is over nothing is kept, and of what is replaced the newest, but of terms all", () => {
  const needed = createStillNeeded();
  let position = 0n;
  const take = (stream: string, type: string, data: object) =>
    needed.take({ id: "", type, stream, revision: 0n, position: ++position, at: new Date(0), data, metadata: {} });
  take("acme-tenant-acme", "TenantRequested", {});
  take("acme-tenant-acme", "TenantSuspended", {});
  take("acme-instrument-EURUSD", "InstrumentDefined", { digits: 4 });
  take("acme-instrument-EURUSD", "InstrumentDefined", { digits: 5 });
  take("acme-desk-acme", "DeskTermsSet", {});
  take("acme-desk-acme", "DeskTermsSet", {});
  for (const stream of ["acme-account-a", "acme-account-b"]) {
    take(stream, "OrderPlaced", { orderId: "o1" });
    take(stream, "PositionProtected", { symbol: "EURUSD" });
  }
  take("acme-account-a", "OrderFilled", { orderId: "o1", remaining: "0" });
  take("acme-account-b", "OrderFilled", { orderId: "o1", remaining: "1" });
  take("acme-account-b", "PositionClosed", { symbol: "EURUSD" });
  take("acme-tenant-acme", "TenantResumed", {});
  expect(needed.events().map(({ stream, type, position }) => `${position} ${stream.slice(5)} ${type}`)).toEqual([
    "1 tenant-acme TenantRequested",
    "2 tenant-acme TenantSuspended",
    "4 instrument-EURUSD InstrumentDefined",
    "5 desk-acme DeskTermsSet",
    "6 desk-acme DeskTermsSet",
    "8 account-a PositionProtected",
    "9 account-b OrderPlaced",
    "12 account-b OrderFilled",
    "14 tenant-acme TenantResumed",
  ]);
});

test("what nobody follows is not asked for", () => {
  assert.ok(followedTypes.includes("OrderPlaced"));
  assert.ok(!followedTypes.includes("FundsDeposited"));
});
