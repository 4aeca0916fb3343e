import type { AccountCommand, AccountEvent } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { accountId, funded } from "./account.fixture.ts";
import { account } from "./index.ts";
import { cancelled, execute, long, market, orderId, place, placed, quote, symbol } from "./order.fixture.ts";

const given = specify(account);

describe("a position's stops", () => {
  const stops = { stopLoss: "1.39000", takeProfit: "1.40000" } as const;
  const protect = (asked: Partial<typeof stops>): AccountCommand => ({
    type: "ProtectPosition",
    data: { accountId, symbol, ...asked },
  });
  const isProtected = (told: Partial<Record<keyof typeof stops, string>>): AccountEvent => ({
    type: "PositionProtected",
    data: { accountId, symbol, side: "buy", ...told },
  });

  test("lie on either side of what closing it would get, and every change of them is kept", () => {
    given(...funded, long("1"))
      .when(protect(stops), market)
      .thenEmits(isProtected(stops));
    given(...funded, long("1"), isProtected(stops))
      .when(protect(stops), market)
      .thenEmits();
    given(...funded, long("1"), isProtected(stops))
      .when(protect({ stopLoss: stops.stopLoss }), market)
      .thenEmits(isProtected({ stopLoss: stops.stopLoss }));
    given(...funded, long("1"), isProtected(stops))
      .when(protect({}), market)
      .thenEmits(isProtected({}));
    const above: AccountCommand = { type: "ProtectPosition", data: { accountId, symbol, stopLoss: "1.39148" } };
    given(...funded, long("1"))
      .when(above, market)
      .thenRefuses("STOP_BEHIND_MARKET");
    given(...funded)
      .when(protect(stops), market)
      .thenRefuses("POSITION_NOT_FOUND");
  });

  test("come with the order that opens it", () => {
    const asked = { ...stops, kind: "limit", limitPrice: "1.39100" } as const;
    given(...funded)
      .when(place(asked), market)
      .thenEmits(placed({ ...asked, margin: "1391.00" }));
    given(...funded)
      .when(place({ ...asked, stopLoss: "1.39100" }), market)
      .thenRefuses("STOP_BEHIND_MARKET");
    const fill: AccountCommand = {
      type: "RecordExecution",
      data: { accountId, orderId, executionId: "x1", volume: "1", price: "1.39100", quote },
    };
    given(...funded, placed({ ...asked, margin: "1391.00" }))
      .when(fill, market)
      .thenEmits(
        {
          type: "OrderFilled",
          data: {
            ...{ accountId, orderId, symbol, side: "buy", volume: "1", executionId: "x1", price: "1.39100" },
            ...{ remaining: "0", quote },
          },
        },
        {
          type: "PositionOpened",
          data: { accountId, symbol, side: "buy", executionId: "x1", volume: "1", price: "1.39100", margin: "1391.00" },
        },
        isProtected(stops),
      );
  });

  test("close it by an order that can do nothing else, once, if the quote reaches them as they are by now", () => {
    const at = (bid: string, stop: "stop_loss" | "take_profit"): AccountCommand => ({
      type: "TriggerStop",
      data: { accountId, orderId, symbol, stop, quote: { bid, ask: bid, timeMsc: 1 } },
    });
    const closing = (stop: "stop_loss" | "take_profit") =>
      placed({ side: "sell", reduceOnly: true, stop, volume: "0.7" });
    const held = [...funded, long("0.7"), isProtected(stops)];
    given(...held)
      .when(at("1.39000", "stop_loss"), market)
      .thenEmits(closing("stop_loss"));
    given(...held)
      .when(at("1.40010", "take_profit"), market)
      .thenEmits(closing("take_profit"));
    given(...held)
      .when(at("1.39001", "stop_loss"), market)
      .thenEmits();
    given(...held, isProtected({}))
      .when(at("1.38000", "stop_loss"), market)
      .thenEmits();
    given(...held, closing("stop_loss"))
      .when(at("1.38000", "stop_loss"), market)
      .thenRefuses("ORDER_EXISTS");
  });

  test("are set again where their order ends, or closes less than there is by now", () => {
    const held = [...funded, long("0.7"), isProtected(stops)];
    const closing = placed({ side: "sell", reduceOnly: true, stop: "stop_loss", volume: "0.7" });
    const cancelAll: AccountCommand = { type: "CancelAllOrders", data: { accountId } };
    given(...held, closing)
      .when(cancelAll, market)
      .thenEmits(cancelled({ remaining: "0.7" }), isProtected(stops));
    const grown: AccountEvent = {
      type: "PositionIncreased",
      data: {
        ...{ accountId, symbol, side: "buy", executionId: "x5", volume: "0.3", price: "1.39000", total: "1" },
        ...{ averagePrice: "1.39", margin: "1390.00" },
      },
    };
    given(...held, closing, grown)
      .when(execute("0.7"), market)
      .thenEmits(
        {
          type: "OrderFilled",
          data: {
            ...{ accountId, orderId, symbol, side: "sell", volume: "0.7", executionId: "x1", price: "1.39148" },
            ...{ remaining: "0", quote },
          },
        },
        {
          type: "PositionReduced",
          data: {
            ...{ accountId, symbol, side: "buy", executionId: "x1", volume: "0.7", price: "1.39148", total: "0.3" },
            ...{ profit: "103.60", margin: "417.00" },
          },
        },
        isProtected(stops),
      );
  });
});
