import assert from "node:assert/strict";
import { type AccountEvent, FOLLOWED_FOR_MS, type LiveState } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { accountId, deposited, opened } from "../account/account.fixture.ts";
import { account } from "../account/index.ts";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createLiveStates, type LiveStates } from "./live-states.ts";

let events: AccountEvent[];
let published: LiveState[];
let reads: number;
let live: LiveStates;
let markets: ReturnType<typeof createMarkets>;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  published = [];
  reads = 0;
  events = [
    opened(),
    {
      type: "PositionOpened",
      data: {
        ...{ accountId, symbol: "EURUSD", side: "buy", executionId: "x1" },
        ...{ volume: "1", price: "1.10000", margin: "1100.00" },
      },
    },
  ];
  markets = createMarkets();
  markets.of("acme").define(eurusd);
  live = createLiveStates({
    ...{ markets, maxQuoteAgeMs: 60_000, now: Date.now, logger: pino({ level: "silent" }) },
    async read(stream) {
      reads++;
      return { state: stream === "acme-account-main" ? fold(account, events) : undefined, position: 7n };
    },
    publish: (_, state) => void published.push(state),
  });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});
const tick = (bid: number) =>
  markets.of("acme").update("EURUSD", { bid, ask: bid, timeMsc: Date.now(), receivedAt: Date.now() });
const equities = () => published.map(({ equity }) => equity);

describe("an account's state", () => {
  test("is told to whoever asks, and published to nobody", async () => {
    tick(1.11);
    const { position, state } = await live.tell("acme", accountId);
    assert.deepEqual([position, state.equity], [7n, "1000.00"]);
    await vi.advanceTimersByTimeAsync(1000);
    assert.deepEqual(published, []);
  });

  test("of an account that is not there is refused", async () => {
    await expect(live.tell("acme", "nobody")).rejects.toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
    await expect(live.follow("zeta", accountId)).rejects.toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
  });

  test("is published when it is followed, and the newest at most four times a second", async () => {
    tick(1.11);
    await live.follow("acme", accountId);
    await vi.advanceTimersByTimeAsync(250);
    published = [];
    for (let points = 1; points <= 100; points++) {
      tick(1.11 + points / 100_000);
      await vi.advanceTimersByTimeAsync(10);
    }
    assert.equal(published.length, 4);
    assert.equal(equities().at(-1), "1100.00");
  });

  test("is neither read nor published again while nothing moves, until its quotes are stale", async () => {
    tick(1.11);
    await live.follow("acme", accountId);
    await vi.advanceTimersByTimeAsync(250);
    const before = [reads, published.length];
    for (let renewed = 0; renewed < 5; renewed++) {
      await vi.advanceTimersByTimeAsync(2000);
      assert.deepEqual([reads, published.length], before);
    }
    markets.of("acme").update("EURUSD", { bid: 1.11, ask: 1.11, timeMsc: 1, receivedAt: Date.now() - 59_000 });
    await vi.advanceTimersByTimeAsync(2000);
    assert.deepEqual(published.map(({ valuation }) => valuation).slice(-2), ["live", "stale"]);
  });

  test("is published when something has happened to the account, and when its first quote comes", async () => {
    await live.follow("acme", accountId);
    assert.equal(published.at(-1)?.valuation, "incomplete");
    tick(1.1);
    await vi.advanceTimersByTimeAsync(500);
    assert.equal(equities().at(-1), "0.00");
    events.push(deposited("50.00"));
    live.changed("acme", accountId);
    await vi.advanceTimersByTimeAsync(250);
    assert.equal(equities().at(-1), "50.00");
  });

  test("is published no longer than it was asked for", async () => {
    await live.follow("acme", accountId);
    await vi.advanceTimersByTimeAsync(FOLLOWED_FOR_MS + 500);
    published = [];
    tick(1.12);
    live.changed("acme", accountId);
    await vi.advanceTimersByTimeAsync(1000);
    assert.deepEqual(published, []);
  });
});
