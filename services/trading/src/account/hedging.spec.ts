import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { accountId, deposited, funded, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const symbol = "EURUSD";
const market = marketOf([eurusd, 1.39148, 1.39151], [usdjpy, 101.62, 101.625]);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: 1_399_500_000_000 };

const hedging = [opened({ mode: "hedging" }), deposited()];
const ordered = (orderId: string, order: Partial<DataOf<AccountEvent, "OrderPlaced">> = {}): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...{ accountId, orderId, symbol, side: "buy", volume: "1", kind: "market", margin: "0.00" }, ...order },
});
const filled = (
  orderId: string,
  side: "buy" | "sell",
  volume: string,
  price: string,
  remaining = "0",
): AccountEvent => ({
  type: "OrderFilled",
  data: { ...{ accountId, orderId, symbol, side, volume, executionId: "x1", price, remaining }, quote },
});
const position = (positionId: string, side: "buy" | "sell", volume: string, price: string) => ({
  ...{ accountId, symbol, positionId, side, executionId: "x1", volume, price },
});
const began = (
  positionId: string,
  side: "buy" | "sell",
  volume: string,
  price: string,
  margin: string,
): AccountEvent => ({
  type: "PositionOpened",
  data: { ...position(positionId, side, volume, price), margin },
});
const execute = (orderId: string, volume: string, price: string): AccountCommand => ({
  type: "RecordExecution",
  data: { ...{ accountId, orderId, executionId: "x1", volume, price }, quote },
});
const place = (orderId: string, order: Partial<DataOf<AccountCommand, "PlaceOrder">> = {}): AccountCommand => ({
  type: "PlaceOrder",
  data: {
    ...{ accountId, orderId, symbol, side: "buy", volume: "1", kind: "market", timeInForce: "gtc", reduceOnly: false },
    ...order,
  },
});

/** Bought a lot by order `a`, and sold one by order `b`: two positions, which together hold what one would. */
const both = [
  ...hedging,
  began("a", "buy", "1", "1.39000", "1390.00"),
  began("b", "sell", "1", "1.39200", "1391.00"),
] as const;

describe("an order of a hedging account", () => {
  test("opens a position of its own, named by it", () =>
    given(...hedging, ordered("a"))
      .when(execute("a", "1", "1.39151"), market)
      .thenEmits(filled("a", "buy", "1", "1.39151"), began("a", "buy", "1", "1.39151", "1391.51")));
  test("beside what is held on the same side: the two hold what both take", () =>
    given(...hedging, began("a", "buy", "1", "1.39000", "1390.00"), ordered("b"))
      .when(execute("b", "1", "1.39200"), market)
      .thenEmits(filled("b", "buy", "1", "1.39200"), began("b", "buy", "1", "1.39200", "2782.00")));
  test("and on the other side nothing is closed, and what is covered is held once", () =>
    given(...hedging, began("a", "buy", "1", "1.39000", "1390.00"), ordered("b", { side: "sell" }))
      .when(execute("b", "1", "1.39200"), market)
      .thenEmits(filled("b", "sell", "1", "1.39200"), began("b", "sell", "1", "1.39200", "1391.00")));
  test("that is filled in parts has one position", () =>
    given(...hedging, ordered("a"), began("a", "buy", "0.5", "1.39000", "695.00"))
      .when(execute("a", "0.5", "1.39100"), market)
      .thenEmits(filled("a", "buy", "0.5", "1.39100", "0.5"), {
        type: "PositionIncreased",
        data: { ...position("a", "buy", "0.5", "1.39100"), total: "1", averagePrice: "1.3905", margin: "1390.50" },
      }));
  test("has stops of its own", () =>
    given(...hedging, ordered("a", { stopLoss: "1.38000" }))
      .when(execute("a", "1", "1.39151"), market)
      .thenEmits(filled("a", "buy", "1", "1.39151"), began("a", "buy", "1", "1.39151", "1391.51"), {
        type: "PositionProtected",
        data: { accountId, symbol, positionId: "a", side: "buy", stopLoss: "1.38000" },
      }));
  test("reserves what it takes beyond what stands: nothing where all of it is covered", () => {
    const placed = (margin: string) => ordered("c", { side: "sell", margin });
    given(...hedging, began("a", "buy", "1", "1.39148", "1391.48"))
      .when(place("c", { side: "sell" }), market)
      .thenEmits(placed("0.00"));
    given(
      ...hedging,
      began("a", "buy", "1", "1.39148", "1391.48"),
      ordered("b", { side: "sell", kind: "limit", limitPrice: "1.39148" }),
    )
      .when(place("c", { side: "sell" }), market)
      .thenEmits(placed("1391.48"));
  });
});

describe("closing a position of a hedging account", () => {
  const close = (data: Partial<DataOf<AccountCommand, "ClosePosition">>): AccountCommand => ({
    type: "ClosePosition",
    data: { accountId, orderId: "c", symbol, ...data },
  });
  test("names the one that is meant, and no other is touched", () => {
    const order = ordered("c", { side: "buy", reduceOnly: true, positionId: "b" });
    given(...both)
      .when(close({ positionId: "b" }), market)
      .thenEmits(order);
    given(...both, order)
      .when(execute("c", "1", "1.39151"), market)
      .thenEmits(filled("c", "buy", "1", "1.39151"), {
        type: "PositionClosed",
        data: { ...position("b", "sell", "1", "1.39151"), profit: "49.00", margin: "1390.00" },
      });
  });
  test("may be in part: what is covered no more takes its own margin", () =>
    given(...both, ordered("c", { side: "buy", volume: "0.4", reduceOnly: true, positionId: "b" }))
      .when(execute("c", "0.4", "1.39151"), market)
      .thenEmits(filled("c", "buy", "0.4", "1.39151"), {
        type: "PositionReduced",
        data: { ...position("b", "sell", "0.4", "1.39151"), total: "0.6", profit: "19.60", margin: "1390.45" },
      }));
  test("without a name is refused, and by the name of one that is not there", () => {
    given(...both)
      .when(close({}), market)
      .thenRefuses("POSITION_MODE_FORBIDS", { mode: "hedging" });
    given(...both)
      .when(close({ positionId: "z" }), market)
      .thenRefuses("POSITION_NOT_FOUND", { positionId: "z" });
    given(...both)
      .when(close({ positionId: "a", symbol: "USDJPY" }), market)
      .thenRefuses("POSITION_NOT_FOUND");
    given(...both)
      .when(place("c", { reduceOnly: true }), market)
      .thenRefuses("POSITION_MODE_FORBIDS");
  });
  test("takes no more than it has, less what other orders close of it", () =>
    given(...both, ordered("c", { side: "buy", volume: "0.7", reduceOnly: true, positionId: "b" }))
      .when(place("d", { side: "buy", volume: "0.4", positionId: "b" }), market)
      .thenRefuses("REDUCES_NOTHING", { reducible: "0.3" }));
  test("on its own side closes nothing", () =>
    given(...both)
      .when(place("c", { side: "buy", positionId: "a" }), market)
      .thenRefuses("REDUCES_NOTHING"));
});

describe("two positions closed by each other", () => {
  const closeBy = (positionId: string, by: string): AccountCommand => ({
    type: "ClosePositionBy",
    data: { accountId, symbol, positionId, by, executionId: "x1" },
  });
  test("are closed at the price of the other, without a spread, and hold nothing", () =>
    given(...both)
      .when(closeBy("a", "b"), market)
      .thenEmits(
        {
          type: "PositionClosed",
          data: { ...position("a", "buy", "1", "1.392"), profit: "200.00", margin: "1392.00" },
        },
        { type: "PositionClosed", data: { ...position("b", "sell", "1", "1.392"), profit: "0.00", margin: "0.00" } },
      ));
  test("go as far as the smaller does", () =>
    given(...hedging, began("a", "buy", "1", "1.39000", "1390.00"), began("b", "sell", "0.4", "1.39200", "1390.57"))
      .when(closeBy("a", "b"), market)
      .thenEmits(
        {
          type: "PositionReduced",
          data: { ...position("a", "buy", "0.4", "1.392"), total: "0.6", profit: "80.00", margin: "834.32" },
        },
        {
          type: "PositionClosed",
          data: { ...position("b", "sell", "0.4", "1.392"), profit: "0.00", margin: "834.00" },
        },
      ));
  test("must be opposite, and there, and of a hedging account", () => {
    given(...hedging, began("a", "buy", "1", "1.39000", "1390.00"), began("b", "buy", "1", "1.39000", "2780.00"))
      .when(closeBy("a", "b"), market)
      .thenRefuses("NOT_OPPOSITE", { side: "buy" });
    given(...both)
      .when(closeBy("a", "a"), market)
      .thenRefuses("NOT_OPPOSITE");
    given(...both)
      .when(closeBy("a", "z"), market)
      .thenRefuses("POSITION_NOT_FOUND", { positionId: "z" });
    given(...funded)
      .when(closeBy("a", "b"), market)
      .thenRefuses("POSITION_MODE_FORBIDS", { mode: "netting" });
  });
});

describe("stops of a hedging account", () => {
  test("are of one position", () => {
    const protectedBy: AccountEvent = {
      type: "PositionProtected",
      data: { accountId, symbol, positionId: "b", side: "sell", stopLoss: "1.40000" },
    };
    given(...both)
      .when({ type: "ProtectPosition", data: { accountId, symbol, positionId: "b", stopLoss: "1.40000" } }, market)
      .thenEmits(protectedBy);
    given(...both, protectedBy)
      .when(
        {
          type: "TriggerStop",
          data: {
            ...{ accountId, orderId: "s", symbol, positionId: "b", stop: "stop_loss" },
            quote: { bid: "1.40000", ask: "1.40003", timeMsc: 1 },
          },
        },
        market,
      )
      .thenEmits(ordered("s", { side: "buy", stop: "stop_loss", reduceOnly: true, positionId: "b" }));
  });
  test("need the name of their position", () =>
    given(...both)
      .when({ type: "ProtectPosition", data: { accountId, symbol, stopLoss: "1.38000" } }, market)
      .thenRefuses("POSITION_MODE_FORBIDS"));
});

describe("a night of a hedging account", () => {
  const at = "2026-01-14T00:00:00.000Z";
  const quote = { bid: "1.39148", ask: "1.39151", timeMsc: 1_399_500_000_000 };
  test("is charged for each position", () =>
    given(...both)
      .when(
        { type: "ChargeSwap", data: { accountId, symbol, positionId: "b", openedBy: "x1", night: "2026-01-13", at } },
        marketOf([{ ...eurusd, swapMode: "points", swapLong: "-7.2", swapShort: "2.1" }, 1.39148, 1.39151]),
      )
      .thenEmits({
        type: "SwapCharged",
        data: {
          ...{ accountId, symbol, positionId: "b", volume: "1", night: "2026-01-13", nights: 1 },
          ...{ amount: "2.10", currency: "USD" },
          decidedBy: { at, swapMode: "points", swap: "2.1", quote },
        },
      }));
});

describe("reversing", () => {
  const reverse: AccountCommand = { type: "ReversePosition", data: { accountId, orderId: "r", symbol } };
  const { positionId: _, ...netted } = position("a", "buy", "1", "1.39000");
  test("closes a netted position and opens as much on the other side", () =>
    given(...funded, { type: "PositionOpened", data: { ...netted, margin: "1390.00" } })
      .when(reverse, market)
      .thenEmits(ordered("r", { side: "sell", volume: "2", margin: "1.48" })));
  test("needs a position, and an account that nets", () => {
    given(...funded)
      .when(reverse, market)
      .thenRefuses("POSITION_NOT_FOUND");
    given(...both)
      .when(reverse, market)
      .thenRefuses("POSITION_MODE_FORBIDS", { mode: "hedging" });
  });
  test("a netted position has no id", () =>
    given(...funded, { type: "PositionOpened", data: { ...netted, margin: "1390.00" } })
      .when({ type: "ClosePosition", data: { accountId, orderId: "c", symbol, positionId: "a" } }, market)
      .thenRefuses("POSITION_MODE_FORBIDS", { mode: "netting" }));
});
