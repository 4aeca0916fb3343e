import assert from "node:assert/strict";
import type { AccountCommand, AccountEvent, RiskRules } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import fc from "fast-check";
import { describe, test } from "vitest";
import { accountId, funded } from "../account/account.fixture.ts";
import type { Account } from "../account/account.ts";
import { account } from "../account/index.ts";
import { eurgbp, eurusd, gbpusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { type Calm, calmOf } from "./room.ts";

const assessment = "0d9f8b4e-7c52-5d0a-9a3e-2f7d6c1b8a90";
const rules: RiskRules = {
  ...{ name: "house", limits: {} },
  losses: [
    {
      ...{ id: "trail", anchor: "equity", trailing: true, lockedAtInitial: false },
      ...{ allowed: { percent: "8", of: "initial" }, breach: "at", flatten: true },
    },
  ],
  margin: { call: "150", stopOut: "50" },
};
const events = (euro: "buy" | "sell", yen: "buy" | "sell"): AccountEvent[] => [
  ...funded,
  {
    type: "RiskRulesSet",
    data: { accountId, version: 1, rules, initial: "10000.00", anchors: [{ rule: "trail", value: "10000.00" }] },
  },
  {
    type: "PositionOpened",
    data: {
      ...{ accountId, symbol: "EURUSD", side: euro, executionId: "x1" },
      ...{ volume: "1", price: "1.10000", margin: "1100.00" },
    },
  },
  {
    type: "PositionOpened",
    data: {
      ...{ accountId, symbol: "USDJPY", side: yen, executionId: "x2" },
      ...{ volume: "0.5", price: "150.000", margin: "500.00" },
    },
  },
];
const assess: AccountCommand = { type: "AssessRisk", data: { accountId, assessment, quotes: [] } };
const marketAt = (euro: number, yen: number) => marketOf([eurusd, euro, euro], [usdjpy, yen, yen]);
const anywhere = { above: 0, below: 0 };
const side = fc.constantFrom("buy", "sell");
const within = fc.double({ min: 0, max: 1, noNaN: true });

describe("the prices between which an account is left alone", () => {
  test("are such that nothing follows from its rules while all are between theirs", () =>
    fc.assert(
      fc.property(side, side, within, within, (euro, yen, one, other) => {
        const state = fold(account, events(euro, yen)) as Account;
        const calm = calmOf(state, marketAt(1.1, 150));
        const priceOf = (symbol: string, digits: number, share: number) => {
          const { bid = anywhere, ask = anywhere } = calm.get(symbol) ?? {};
          const [above, below] = [Math.max(bid.above, ask.above), Math.min(bid.below, ask.below)];
          const price = Number((above + (below - above) * share).toFixed(digits));
          return price > above && price < below ? price : (above + below) / 2;
        };
        const market = marketAt(priceOf("EURUSD", 5, one), priceOf("USDJPY", 3, other));
        assert.deepEqual(account.decide(assess, state, market), []);
      }),
    ));
  test("are so in hedging too, with both sides held, and for the rates of what is held in other currencies", () => {
    const held = (positionId: string, symbol: string, side: "buy" | "sell", price: string): AccountEvent => ({
      type: "PositionOpened",
      data: { accountId, positionId, symbol, side, executionId: positionId, volume: "1", price, margin: "1100.00" },
    });
    const [open, ...money] = events("buy", "buy").slice(0, 3);
    const hedging = { ...open, data: { ...open?.data, mode: "hedging" } } as AccountEvent;
    const quotes = [eurusd, eurgbp, gbpusd].map(
      (instrument, index) => [instrument, [1.1, 0.81, 1.5][index] ?? 1] as const,
    );
    fc.assert(
      fc.property(side, fc.array(within, { minLength: 6, maxLength: 6 }), (pounds, shares) => {
        const positions = [
          held("p1", "EURUSD", "buy", "1.10500"),
          held("p2", "EURUSD", "sell", "1.10300"),
          held("p3", "EURGBP", pounds, "0.80900"),
        ];
        const state = fold(account, [hedging, ...money, ...positions]) as Account;
        const calm = calmOf(
          state,
          marketOf(...quotes.map(([instrument, price]) => [instrument, price, price] as const)),
        );
        const inside = ({ above, below }: Calm, now: number, share: number) => {
          const [low, high] = [Math.max(above, now * 0.9), Math.min(below, now * 1.1)];
          const price = Number((low + (high - low) * share).toFixed(5));
          return price > low && price < high ? price : now;
        };
        const moved = quotes.map(([instrument, now], index) => {
          const { bid, ask } = calm.get(instrument.symbol) ?? assert.fail(`${instrument.symbol} is not watched`);
          const [one = 0, other = 0] = shares.slice(2 * index);
          return [instrument, inside(bid, now, one), inside(ask, now, other)] as const;
        });
        assert.deepEqual(account.decide(assess, state, marketOf(...moved)), []);
      }),
    );
  });
  test("are bounded where a threshold is: a step up, or the floor below", () => {
    const calm = calmOf(fold(account, events("buy", "buy")) as Account, marketAt(1.1, 150));
    const { above, below } = calm.get("EURUSD")?.bid ?? anywhere;
    // 800 dollars down and 8 up, nine tenths of a half of them each; a price of 0.01 is 1,000 dollars.
    assert.ok(Math.abs(1.1 - above - 0.0036) < 1e-6);
    assert.ok(Math.abs(below - 1.1 - 0.000036) < 1e-8);
  });
});
