import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, deposited, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const symbol = "EURUSD";
const swaps = { swapMode: "points", swapLong: "-7.2", swapShort: "2.1", swapTripleDay: "wednesday" } as const;
const market = marketOf([{ ...eurusd, ...swaps }, 1.39148, 1.39151]);

const held = (side: "buy" | "sell", volume: string, executionId = "x1"): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol, side, executionId, volume, price: "1.39150", margin: "0.00" },
});
const began = { at: "2026-01-13T22:00:00.000Z", rollover: { at: "17:00", zone: "America/New_York" } };
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: market.at };
const charged = (night: string, volume: string, nights: number, amount: string, swap = "-7.2"): AccountEvent => ({
  type: "SwapCharged",
  data: {
    ...{ accountId, symbol, volume, night, nights, amount, currency: "USD" },
    decidedBy: { ...began, swapMode: "points", swap, quote },
  },
});
const charge = (night: string, openedBy = "x1"): AccountCommand => ({
  type: "ChargeSwap",
  data: { accountId, symbol, openedBy, night, ...began },
});

describe("a night", () => {
  test("costs a long position what the instrument says, for each lot", () =>
    given(opened(), held("buy", "2"))
      .when(charge("2026-01-13"), market)
      .thenEmits(charged("2026-01-13", "2", 1, "-14.40")));
  test("earns a short one", () =>
    given(opened(), held("sell", "2"))
      .when(charge("2026-01-13"), market)
      .thenEmits(charged("2026-01-13", "2", 1, "4.20", "2.1")));
  test("counts three times on the triple day", () =>
    given(opened(), held("buy", "1"))
      .when(charge("2026-01-14"), market)
      .thenEmits(charged("2026-01-14", "1", 3, "-21.60")));
  test("is charged once, and none before it any more", () => {
    const history = [opened(), held("buy", "1"), charged("2026-01-13", "1", 1, "-7.20")];
    given(...history)
      .when(charge("2026-01-13"), market)
      .thenEmits();
    given(...history)
      .when(charge("2026-01-12"), market)
      .thenEmits();
    given(...history)
      .when(charge("2026-01-14"), market)
      .thenEmits(charged("2026-01-14", "1", 3, "-21.60"));
  });
  test("is the affair of the position that was held through it, and not of the next one", () => {
    given(opened()).when(charge("2026-01-13"), market).thenRefuses("POSITION_NOT_FOUND");
    given(opened(), held("buy", "1", "x2"))
      .when(charge("2026-01-13"), market)
      .thenRefuses("POSITION_NOT_FOUND");
  });
  test("waits for a price", () =>
    given(opened(), held("buy", "1"))
      .when(charge("2026-01-13"), marketOf([{ ...eurusd, ...swaps }]))
      .thenRefuses("NO_QUOTE"));
  test("is money of the account", () =>
    given(opened(), deposited("100.00"), held("buy", "1"), charged("2026-01-13", "1", 1, "-7.20"), {
      type: "PositionClosed",
      data: { accountId, symbol, side: "buy", executionId: "x2", volume: "1", price: "1.39150", profit: "0.00" },
    })
      .when({ type: "Withdraw", data: { accountId, amount: "92.81" } }, market)
      .thenRefuses("INSUFFICIENT_FUNDS", { free: "92.80" }));
});
