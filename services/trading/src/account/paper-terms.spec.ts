import type { AccountCommand, AccountEvent, PaperTerms } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurgbp, eurusd, gbpusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const market = marketOf([eurusd, 1.39148, 1.39151], [eurgbp, 0.79998, 0.8], [gbpusd, 1.69998, 1.7]);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: market.at };
const terms: PaperTerms = {
  ...{ latencyMs: 0, latencyJitterMs: 0, seed: "" },
  ...{ slippage: { model: "none" }, commission: { model: "none" } },
};
const set = (changes: Partial<PaperTerms>): AccountCommand => ({
  type: "SetPaperTerms",
  data: { accountId, ...terms, ...changes },
});
const wasSet = (changes: Partial<PaperTerms>): AccountEvent => ({
  type: "PaperTermsSet",
  data: { accountId, terms: { ...terms, ...changes } },
});

describe("the terms of the paper venue", () => {
  test("are set as a whole, and told when they change", () => {
    given(opened())
      .when(set({ depth: "5" }), market)
      .thenEmits(wasSet({ depth: "5" }));
    given(opened(), wasSet({ depth: "5" }))
      .when(set({ depth: "5" }), market)
      .thenEmits();
    given(opened(), wasSet({ depth: "5" }))
      .when(set({}), market)
      .thenEmits(wasSet({}));
    given().when(set({}), market).thenRefuses("ACCOUNT_NOT_FOUND");
  });
  test("are those of its tenant again once its own are cleared", () => {
    const clear: AccountCommand = { type: "ClearPaperTerms", data: { accountId } };
    const cleared: AccountEvent = { type: "PaperTermsCleared", data: { accountId } };
    given(opened(), wasSet({ depth: "5" }))
      .when(clear, market)
      .thenEmits(cleared);
    given(opened(), wasSet({ depth: "5" }), cleared)
      .when(clear, market)
      .thenEmits();
    given(opened(), wasSet({ depth: "5" }), cleared)
      .when(set({ depth: "5" }), market)
      .thenEmits(wasSet({ depth: "5" }));
  });
});

describe("the commission of a fill", () => {
  const filled = (symbol: string, volume: string, price: string, margin: string): AccountEvent[] => {
    const named = { accountId, symbol, side: "buy", executionId: "x1", volume, price } as const;
    return [
      { type: "OrderFilled", data: { ...named, orderId: "o1", remaining: "0", quote } },
      { type: "PositionOpened", data: { ...named, margin } },
    ];
  };
  const placed = (symbol: string, volume: string): AccountEvent => ({
    type: "OrderPlaced",
    data: { accountId, orderId: "o1", symbol, side: "buy", volume, kind: "market", margin: "0.00" },
  });
  const execute = (volume: string, price: string): AccountCommand => ({
    type: "RecordExecution",
    data: { accountId, orderId: "o1", executionId: "x1", volume, price, quote },
  });
  const charged = (symbol: string, amount: string, decidedBy: PaperTerms["commission"]): AccountEvent => ({
    type: "CommissionCharged",
    data: { accountId, orderId: "o1", executionId: "x1", symbol, amount, currency: "USD", decidedBy },
  });

  test("is an amount a lot, at least the least", () => {
    const commission = { model: "per_lot", amount: "3.50", minimum: "1.00" } as const;
    given(opened(), wasSet({ commission }), placed("EURUSD", "2"))
      .when(execute("2", "1.39151"), market)
      .thenEmits(...filled("EURUSD", "2", "1.39151", "2783.02"), charged("EURUSD", "7.00", commission));
    given(opened(), wasSet({ commission }), placed("EURUSD", "0.01"))
      .when(execute("0.01", "1.39151"), market)
      .thenEmits(...filled("EURUSD", "0.01", "1.39151", "13.92"), charged("EURUSD", "1.00", commission));
  });
  test("is a percentage of what was traded, in the account's currency at the ask", () => {
    const commission = { model: "percent", percent: "0.002" } as const;
    // 100 000 EUR at 0.8 are 80 000 GBP; 0.002 % of that 1.60 GBP, bought at 1.70000.
    given(opened(), wasSet({ commission }), placed("EURGBP", "1"))
      .when(execute("1", "0.8"), market)
      .thenEmits(...filled("EURGBP", "1", "0.8", "1391.51"), charged("EURGBP", "2.72", commission));
  });
  test("is by the tenant's terms where the account has none, and by its own where it has", () => {
    const commission = { model: "per_lot", amount: "3.50" } as const;
    const moment = { ...market, paperTerms: { ...terms, commission } };
    given(opened(), placed("EURUSD", "2"))
      .when(execute("2", "1.39151"), moment)
      .thenEmits(...filled("EURUSD", "2", "1.39151", "2783.02"), charged("EURUSD", "7.00", commission));
    given(opened(), wasSet({}), placed("EURUSD", "2"))
      .when(execute("2", "1.39151"), moment)
      .thenEmits(...filled("EURUSD", "2", "1.39151", "2783.02"));
  });
});
