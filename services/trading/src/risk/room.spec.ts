import assert from "node:assert/strict";
import type { AccountCommand, AccountEvent, RiskRules } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import fc from "fast-check";
import { describe, test } from "vitest";
import { accountId, funded } from "../account/account.fixture.ts";
import type { Account } from "../account/account.ts";
import { account } from "../account/index.ts";
import { eurusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { calmOf } from "./room.ts";

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
const side = fc.constantFrom("buy", "sell");
const within = fc.double({ min: 0, max: 1, noNaN: true });

describe("the prices between which an account is left alone", () => {
  test("are such that nothing follows from its rules while all are between theirs", () =>
    fc.assert(
      fc.property(side, side, within, within, (euro, yen, one, other) => {
        const state = fold(account, events(euro, yen)) as Account;
        const calm = calmOf(state, marketAt(1.1, 150));
        const priceOf = (symbol: string, digits: number, share: number) => {
          const { above = 0, below = 0 } = calm.get(symbol) ?? {};
          const price = Number((above + (below - above) * share).toFixed(digits));
          return price > above && price < below ? price : (above + below) / 2;
        };
        const market = marketAt(priceOf("EURUSD", 5, one), priceOf("USDJPY", 3, other));
        assert.deepEqual(account.decide(assess, state, market), []);
      }),
    ));
  test("are bounded where a threshold is: a step up, or the floor below", () => {
    const calm = calmOf(fold(account, events("buy", "buy")) as Account, marketAt(1.1, 150));
    const { above = 0, below = 0 } = calm.get("EURUSD") ?? {};
    // 800 dollars down and 8 up, nine tenths of a half of them each; a price of 0.01 is 1,000 dollars.
    assert.ok(Math.abs(1.1 - above - 0.0036) < 1e-6);
    assert.ok(Math.abs(below - 1.1 - 0.000036) < 1e-8);
  });
});
