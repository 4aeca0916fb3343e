import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, deposited, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const market = marketOf([eurusd, 1.39148, 1.39151]);
const named = (amount: string) => ({ accountId, amount, currency: "USD" });

const withdrawn = (amount: string): AccountEvent => ({ type: "FundsWithdrawn", data: named(amount) });
const lent = (amount: string): AccountEvent => ({ type: "CreditGiven", data: named(amount) });
const taken = (amount: string): AccountEvent => ({ type: "CreditTaken", data: named(amount) });
/** A long lot: it holds 1,391.51 of margin, and was bought at `price`. */
const long = (price: string): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol: "EURUSD", side: "buy", executionId: "x1", volume: "1", price, margin: "1391.51" },
});
const limit: AccountEvent = {
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", kind: "limit", limitPrice: "1.30000" },
    margin: "1300.00",
  },
};

type Payment = Extract<AccountCommand, { type: "Deposit" | "Withdraw" | "GiveCredit" | "TakeCredit" }>["type"];
const pay = (type: Payment, amount: string): AccountCommand => ({ type, data: { accountId, amount } });
const adjust = (amount: string): AccountCommand => ({
  type: "AdjustBalance",
  data: { accountId, amount, reason: "booked twice" },
});

describe("every payment", () => {
  const all = [
    ...(["Deposit", "Withdraw", "GiveCredit", "TakeCredit"] as const).map(
      (type) => (amount: string) => pay(type, amount),
    ),
    adjust,
  ];
  test("needs an account", () => {
    for (const command of all) given().when(command("1"), market).thenRefuses("ACCOUNT_NOT_FOUND", { accountId });
  });
  test("finer than the currency is refused, not rounded", () => {
    for (const command of all) {
      given(opened(), deposited("9.00"), lent("9.00")).when(command("0.001"), market).thenRefuses("INVALID_INPUT");
      given(opened({ currency: "JPY" }), deposited("9", "JPY"))
        .when(command("0.5"), market)
        .thenRefuses("INVALID_INPUT");
    }
  });
});

describe("a deposit", () => {
  test("is in the account's currency, with its digits", () => {
    given(opened()).when(pay("Deposit", "250.5"), market).thenEmits(deposited("250.50"));
    given(opened({ currency: "JPY" }))
      .when(pay("Deposit", "250"), market)
      .thenEmits(deposited("250", "JPY"));
  });
});

describe("a withdrawal", () => {
  test("may take everything that is free", () =>
    given(opened(), deposited("100.00")).when(pay("Withdraw", "100"), market).thenEmits(withdrawn("100.00")));
  test("and not a cent more", () =>
    given(opened(), deposited("100.00"))
      .when(pay("Withdraw", "100.01"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { amount: "100.01", free: "100.00", currency: "USD" }));
  test("twice the same money is gone", () =>
    given(opened(), deposited("100.00"), withdrawn("60.00"))
      .when(pay("Withdraw", "60"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "40.00" }));
  test("leaves what positions and orders hold", () =>
    given(opened(), deposited("5000.00"), long("1.39148"), limit)
      .when(pay("Withdraw", "2308.50"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "2308.49" }));
  test("leaves what is lost and not realised yet", () =>
    given(opened(), deposited("5000.00"), long("1.40148"))
      .when(pay("Withdraw", "3000"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "2608.49" }));
  test("never pays out profit that is not realised", () =>
    given(opened(), deposited("1000.00"), long("1.30000"))
      .when(pay("Withdraw", "1000.01"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "1000.00" }));
  test("never pays out credit", () =>
    given(opened(), deposited("100.00"), lent("500.00"))
      .when(pay("Withdraw", "100.01"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "100.00" }));
  test("waits for prices where there are positions without", () =>
    given(opened(), deposited("5000.00"), long("1.39148"))
      .when(pay("Withdraw", "1"), marketOf([eurusd]))
      .thenRefuses("NO_QUOTE"));
});

describe("credit", () => {
  test("is traded with like own money", () =>
    given(opened(), lent("1400.00"))
      .when(
        {
          type: "PlaceOrder",
          data: {
            ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", kind: "market" },
            ...{ timeInForce: "gtc", reduceOnly: false },
          },
        },
        market,
      )
      .thenEmits({
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", kind: "market" },
          margin: "1391.51",
        },
      }));
  test("is given and taken", () => {
    given(opened()).when(pay("GiveCredit", "500"), market).thenEmits(lent("500.00"));
    given(opened(), lent("500.00")).when(pay("TakeCredit", "200"), market).thenEmits(taken("200.00"));
  });
  test("that was never given cannot be taken", () =>
    given(opened(), deposited("1000.00"), lent("500.00"), taken("400.00"))
      .when(pay("TakeCredit", "100.01"), market)
      .thenRefuses("INSUFFICIENT_CREDIT", { amount: "100.01", credit: "100.00", currency: "USD" }));
  test("that a position needs stays", () =>
    given(opened(), lent("1500.00"), long("1.39148"))
      .when(pay("TakeCredit", "108.50"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "108.49" }));
});

describe("an adjustment", () => {
  test("goes either way, also below zero, and keeps its reason", () => {
    const adjusted = (amount: string): AccountEvent => ({
      type: "BalanceAdjusted",
      data: { ...named(amount), reason: "booked twice" },
    });
    given(opened()).when(adjust("12.5"), market).thenEmits(adjusted("12.50"));
    given(opened(), deposited("5.00")).when(adjust("-12.5"), market).thenEmits(adjusted("-12.50"));
    given(opened(), deposited("5.00"), adjusted("-12.50"))
      .when(pay("Withdraw", "1"), market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "0.00" });
  });
});
