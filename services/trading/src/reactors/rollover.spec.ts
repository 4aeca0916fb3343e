import assert from "node:assert/strict";
import {
  type AccountEvent,
  type CommandEnvelope,
  type CommandReply,
  type Daily,
  type DeskEvent,
  Refused,
} from "@tradesage/contracts";
import { startTelemetry } from "@tradesage/telemetry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { opened as accountOpened } from "../account/account.fixture.ts";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createDesks } from "./desks.ts";
import { createRollover } from "./rollover.ts";

const { logger } = startTelemetry({ service: "spec", logLevel: "silent" });
const costly = { ...eurusd, utcOffsetSeconds: 7200, swapMode: "points", swapLong: "-7.2", swapShort: "2.1" } as const;
const named = { accountId: "main", symbol: "EURUSD" } as const;
const reply: CommandReply = { commandId: "", position: "1", revision: "1", events: [] };

const opened = (executionId = "x1"): AccountEvent => ({
  type: "PositionOpened",
  data: { ...named, side: "buy", executionId, volume: "1", price: "1.39", margin: "0.00" },
});
const closed: AccountEvent = {
  type: "PositionClosed",
  data: { ...named, side: "buy", executionId: "x9", volume: "1", price: "1.39", profit: "0.00" },
};
const charged = (night: string): AccountEvent => ({
  type: "SwapCharged",
  data: { ...named, volume: "1", night, nights: 1, amount: "-7.20", currency: "USD" },
});

const newYork: Daily = { at: "17:00", zone: "America/New_York" };
const noon: Daily = { at: "12:00", zone: "UTC" };

/** A reactor at a moment, and the history that it is shown. */
function begin(moment: string, { isDefined = true } = {}) {
  vi.setSystemTime(moment);
  const markets = createMarkets();
  const define = () => markets.of("acme").define(costly);
  if (isDefined) define();
  const sent: CommandEnvelope[] = [];
  const execute = vi.fn(async (envelope: CommandEnvelope) => {
    sent.push(envelope);
    return reply;
  });
  const desks = createDesks();
  const rollover = createRollover({ markets, desks, execute, now: Date.now, logger });
  let position = 0n;
  const happened = (at: string, { type, data }: AccountEvent) => {
    rollover.reach(Date.parse(at));
    const place = { stream: "acme-account-main", revision: ++position, position, at: new Date(at) };
    rollover.apply("acme", { id: `e${position}`, type, data, metadata: { at, correlation: "c" }, ...place });
  };
  const set = (at: string, setting?: Daily) => {
    rollover.reach(Date.parse(at));
    const event: DeskEvent = {
      type: "DeskTermsSet",
      data: { tenantId: "acme", ...(setting && { rollover: setting }) },
    };
    desks.apply(event);
    const place = { stream: "acme-desk-acme", revision: 1n, position: ++position, at: new Date(at) };
    rollover.apply("acme", { id: `e${position}`, ...event, metadata: { at, correlation: "c" }, ...place });
  };
  happened("2026-01-01T00:00:00Z", accountOpened());
  const nights = () => sent.map(({ data }) => `${data["openedBy"]} ${data["night"]}`);
  return { rollover, happened, set, define, execute, sent, nights };
}

describe("the rollover", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("charges what is held when the day ends by the instrument's clock", async () => {
    const { rollover, happened, nights, sent } = begin("2026-01-13T21:59:00Z");
    happened("2026-01-13T21:00:00Z", opened());
    rollover.open();
    await vi.advanceTimersByTimeAsync(30_000);
    assert.deepEqual(nights(), []);
    await vi.advanceTimersByTimeAsync(31_000);
    assert.deepEqual(nights(), ["x1 2026-01-13"]);
    expect(sent[0]).toMatchObject({ tenant: "acme", command: "ChargeSwap", causation: "e2", correlation: "c" });
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    assert.deepEqual(nights(), ["x1 2026-01-13", "x1 2026-01-14"]);
    await rollover.close();
  });

  test("looks again after a look a moment before the day ends, and ends no day twice for a clock that is set back", async () => {
    const { rollover, happened, nights } = begin("2026-01-13T21:59:58.999Z");
    happened("2026-01-13T21:00:00Z", opened());
    rollover.open();
    await vi.advanceTimersByTimeAsync(1_000);
    assert.deepEqual(nights(), []);
    await vi.advanceTimersByTimeAsync(1_000);
    assert.deepEqual(nights(), ["x1 2026-01-13"]);
    vi.setSystemTime("2026-01-13T21:59:00Z");
    await vi.advanceTimersByTimeAsync(120_000);
    assert.deepEqual(nights(), ["x1 2026-01-13"]);
    await rollover.close();
  });

  test("charges the nights that nobody charged while we were away, in order, and no others", async () => {
    const { rollover, happened, nights } = begin("2026-01-16T12:00:00Z");
    happened("2026-01-12T12:00:00Z", opened());
    happened("2026-01-12T22:00:01Z", charged("2026-01-12"));
    rollover.open();
    await vi.advanceTimersByTimeAsync(5_000);
    assert.deepEqual(nights(), ["x1 2026-01-13", "x1 2026-01-14", "x1 2026-01-15"]);
    await rollover.close();
  });

  test("leaves out what was opened after the day, and what was closed before it was charged", async () => {
    const { rollover, happened, nights } = begin("2026-01-13T23:00:00Z");
    happened("2026-01-13T20:00:00Z", opened());
    happened("2026-01-13T22:00:01Z", closed);
    happened("2026-01-13T22:00:02Z", opened("x2"));
    rollover.open();
    await vi.advanceTimersByTimeAsync(5_000);
    assert.deepEqual(nights(), []);
    await rollover.close();
  });

  test("lets be what was before the instrument was defined, which a short history does not tell", async () => {
    const { rollover, happened, define, nights } = begin("2026-01-16T12:00:00Z", { isDefined: false });
    happened("2026-01-12T12:00:00Z", opened());
    rollover.reach(Date.parse("2026-01-15T12:00:00Z"));
    define();
    rollover.open();
    await vi.advanceTimersByTimeAsync(5_000);
    assert.deepEqual(nights(), ["x1 2026-01-15"]);
    await rollover.close();
  });

  test("tries again after a minute, as another command, and nothing for a position that is gone", async () => {
    const { rollover, happened, execute, sent } = begin("2026-01-14T00:00:00Z");
    execute.mockImplementationOnce(async (envelope) => {
      sent.push(envelope);
      throw new Refused("NO_QUOTE");
    });
    happened("2026-01-13T12:00:00Z", opened());
    rollover.open();
    await vi.advanceTimersByTimeAsync(59_000);
    assert.equal(sent.length, 1);
    await vi.advanceTimersByTimeAsync(5_000);
    assert.equal(sent.length, 2);
    assert.notEqual(sent[0]?.idempotencyKey, sent[1]?.idempotencyKey);
    execute.mockRejectedValueOnce(new Refused("POSITION_NOT_FOUND"));
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    assert.equal(execute.mock.calls.length, 3);
    await rollover.close();
  });

  test("says the same for the same night and try, whichever process says it", async () => {
    const keys = await Promise.all(
      [0, 1].map(async () => {
        const { rollover, happened, sent } = begin("2026-01-14T00:00:00Z");
        happened("2026-01-13T12:00:00Z", opened());
        rollover.open();
        await vi.advanceTimersByTimeAsync(1_000);
        await rollover.close();
        return sent[0]?.idempotencyKey;
      }),
    );
    assert.equal(keys[0], keys[1]);
  });

  test("is the tenant's where it has one, and says so", async () => {
    const { rollover, happened, set, nights, sent } = begin("2026-07-14T20:59:00Z");
    set("2026-07-01T12:00:00Z", newYork);
    happened("2026-07-14T12:00:00Z", opened());
    rollover.open();
    await vi.advanceTimersByTimeAsync(30_000);
    assert.deepEqual(nights(), []);
    await vi.advanceTimersByTimeAsync(31_000);
    assert.deepEqual(nights(), ["x1 2026-07-14"]);
    assert.deepEqual([sent[0]?.data["at"], sent[0]?.data["rollover"]], ["2026-07-14T21:00:00.000Z", newYork]);
    await rollover.close();
  });

  test("follows the zone's clocks both ways", async () => {
    for (const [week, nightsOfWeek] of [
      ["2026-03-06", ["03-06 22:00", "03-09 21:00"]],
      ["2026-10-30", ["10-30 21:00", "11-02 22:00"]],
    ] as const) {
      const { rollover, happened, set, sent } = begin(`${week}T12:00:00Z`);
      set(`${week}T00:00:00Z`, newYork);
      happened(`${week}T12:00:00Z`, opened());
      rollover.open();
      await vi.advanceTimersByTimeAsync(3.5 * 24 * 3_600_000);
      assert.deepEqual(
        sent.map(({ data }) => `${String(data["at"]).slice(5, 16).replace("T", " ")}`),
        nightsOfWeek,
      );
      await rollover.close();
    }
  });

  test("that is changed during a day ends that day once, be the new time over or still to come", async () => {
    const { rollover, happened, set, nights } = begin("2026-01-13T15:00:00Z");
    happened("2026-01-12T15:00:00Z", opened());
    happened("2026-01-12T22:00:01Z", charged("2026-01-12"));
    rollover.open();
    // Of noon, by which the night has begun already.
    set("2026-01-13T15:00:00Z", noon);
    await vi.advanceTimersByTimeAsync(1_000);
    assert.deepEqual(nights(), ["x1 2026-01-13"]);
    // By which it would begin again.
    set("2026-01-13T15:00:10Z", newYork);
    await vi.advanceTimersByTimeAsync(12 * 3_600_000);
    assert.deepEqual(nights(), ["x1 2026-01-13"]);
    set("2026-01-14T03:00:20Z");
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    assert.deepEqual(nights(), ["x1 2026-01-13", "x1 2026-01-14"]);
    await rollover.close();
  });

  test("that is set to a time before a position was opened leaves that night out for it", async () => {
    const { rollover, happened, set, nights } = begin("2026-01-13T20:00:00Z");
    happened("2026-01-13T15:00:00Z", opened());
    set("2026-01-13T16:00:00Z", noon);
    rollover.open();
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    assert.deepEqual(nights(), ["x1 2026-01-14"]);
    await rollover.close();
  });

  test("of the time in which we were away was the one of then", async () => {
    const { rollover, happened, set, sent } = begin("2026-01-16T12:00:30Z");
    set("2026-01-12T00:00:00Z", noon);
    happened("2026-01-12T15:00:00Z", opened());
    set("2026-01-14T20:00:00Z", newYork);
    rollover.open();
    await vi.advanceTimersByTimeAsync(5_000);
    assert.deepEqual(
      sent.map(({ data }) => data["at"]),
      ["2026-01-13T12:00:00.000Z", "2026-01-14T12:00:00.000Z", "2026-01-15T22:00:00.000Z"],
    );
    await rollover.close();
  });

  test("is none of a tenant that is no more", async () => {
    const { rollover, happened, nights } = begin("2026-01-14T00:00:00Z");
    happened("2026-01-13T12:00:00Z", opened());
    rollover.forget("acme");
    rollover.open();
    await vi.advanceTimersByTimeAsync(1_000);
    assert.deepEqual(nights(), []);
    await rollover.close();
  });

  test("is no affair of an account whose orders go to a broker", async () => {
    const { rollover, happened, nights } = begin("2026-01-14T00:00:00Z");
    happened("2026-01-13T12:00:00Z", { ...opened(), data: { ...opened().data, accountId: "other" } } as AccountEvent);
    rollover.open();
    await vi.advanceTimersByTimeAsync(1_000);
    assert.deepEqual(nights(), []);
    await rollover.close();
  });
});
