import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, funded } from "./account.fixture.ts";
import { account } from "./index.ts";

type Leg = DataOf<AccountCommand, "PlaceLinkedOrders">["orders"][number];

const given = specify(account);
const symbol = "EURUSD";
const market = marketOf([eurusd, 1.39148, 1.39151]);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: market.at };

const long: AccountEvent = {
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x0", volume: "1", price: "1.39000", margin: "1390.00" },
};
const common = { symbol, side: "buy", volume: "1" } as const;
const above = { ...common, orderId: "above", kind: "stop", stopPrice: "1.39200" } as const;
const below = { ...common, orderId: "below", kind: "limit", limitPrice: "1.39000" } as const;
const link = (...orders: Partial<Leg>[]): AccountCommand => ({
  type: "PlaceLinkedOrders",
  data: { accountId, orders: orders.map((order) => ({ timeInForce: "gtc", reduceOnly: false, ...order }) as Leg) },
});
const placed = (order: typeof above | typeof below, ...oco: string[]): AccountEvent => ({
  type: "OrderPlaced",
  data: { accountId, ...order, margin: "0.00", oco },
});
const both = [placed(above, "below"), placed(below, "above")];
const fill = (volume: string, remaining: string): DataOf<AccountEvent, "OrderFilled"> => ({
  ...{ accountId, orderId: "below", symbol, side: "buy", volume, executionId: "x1", price: "1.39000" },
  ...{ remaining, quote },
});
const execute = (volume: string): AccountCommand => ({
  type: "RecordExecution",
  data: { accountId, orderId: "below", executionId: "x1", volume, price: "1.39000", quote },
});
const opened = (volume: string, margin: string): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x1", volume, price: "1.39000", margin },
});
const cancelled = (reason: "requested" | "other_filled"): AccountEvent => ({
  type: "OrderCancelled",
  data: { accountId, orderId: "above", remaining: "1", reason },
});

describe("linked orders", () => {
  test("are placed together, and each reserves its own margin", () =>
    given(...funded)
      .when(link(above, below), market)
      .thenEmits(
        { type: "OrderPlaced", data: { accountId, ...above, oco: ["below"], margin: "1392.00" } },
        { type: "OrderPlaced", data: { accountId, ...below, oco: ["above"], margin: "1390.00" } },
      ));
  test("are placed all or none", () => {
    given(...funded)
      .when(link(above, { ...below, limitPrice: "1.390001" }), market)
      .thenRefuses("PRICE_OFF_TICK");
    given(...funded)
      .when(link({ ...above, volume: "4" }, { ...below, volume: "4" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN");
    given(...funded, placed(below, "other"))
      .when(link(above, below), market)
      .thenRefuses("ORDER_EXISTS");
  });
  test("may each close the whole of a position, since only one of them will", () => {
    const stop = { orderId: "above", kind: "stop", stopPrice: "1.39000" } as const;
    const target = { orderId: "below", kind: "limit", limitPrice: "1.40000" } as const;
    const closing = { symbol, side: "sell", volume: "1", reduceOnly: true } as const;
    given(...funded, long)
      .when(link({ ...closing, ...stop }, { ...closing, ...target }), market)
      .thenEmits(
        { type: "OrderPlaced", data: { accountId, ...closing, ...stop, oco: ["below"], margin: "0.00" } },
        { type: "OrderPlaced", data: { accountId, ...closing, ...target, oco: ["above"], margin: "0.00" } },
      );
  });
  test("count once, by the largest, for another order that would close the position", () => {
    const closing = { symbol, side: "sell", reduceOnly: true, timeInForce: "gtc" } as const;
    const pair: AccountEvent[] = [
      { orderId: "a", volume: "0.3", oco: ["b"] },
      { orderId: "b", volume: "0.6", oco: ["a"] },
    ].map((order) => ({
      type: "OrderPlaced",
      data: { accountId, ...closing, kind: "limit", limitPrice: "1.40000", margin: "0.00", ...order },
    }));
    const place = (volume: string): AccountCommand => ({
      type: "PlaceOrder",
      data: { accountId, orderId: "c", ...closing, kind: "limit", limitPrice: "1.40000", volume },
    });
    given(...funded, long, ...pair)
      .when(place("0.5"), market)
      .thenRefuses("REDUCES_NOTHING");
    given(...funded, long, ...pair)
      .when(place("0.4"), market)
      .thenEmits({
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId: "c", symbol, side: "sell", volume: "0.4", kind: "limit", limitPrice: "1.40000" },
          ...{ reduceOnly: true, margin: "0.00" },
        },
      });
  });
});

describe("a fill of a linked order", () => {
  test("cancels the other in the same decision", () =>
    given(...funded, ...both)
      .when(execute("1"), market)
      .thenEmits({ type: "OrderFilled", data: fill("1", "0") }, opened("1", "1390.00"), cancelled("other_filled")));
  test("does so also where it is a part, and what is left stands", () => {
    given(...funded, ...both)
      .when(execute("0.4"), market)
      .thenEmits({ type: "OrderFilled", data: fill("0.4", "0.6") }, opened("0.4", "556.00"), cancelled("other_filled"));
    given(...funded, ...both, { type: "OrderFilled", data: fill("0.4", "0.6") }, cancelled("other_filled"))
      .when({ type: "CancelOrder", data: { accountId, orderId: "above" } }, market)
      .thenRefuses("ORDER_NOT_OPEN");
  });
  test("cancels none that is over already", () =>
    given(...funded, ...both, cancelled("requested"))
      .when(execute("1"), market)
      .thenEmits({ type: "OrderFilled", data: fill("1", "0") }, opened("1", "1390.00")));
});

test("a linked order that is cancelled leaves the other as it is", () =>
  given(...funded, ...both)
    .when({ type: "CancelOrder", data: { accountId, orderId: "above" } }, market)
    .thenEmits(cancelled("requested")));
