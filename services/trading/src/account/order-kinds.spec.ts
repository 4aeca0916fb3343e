import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { accountId, funded } from "./account.fixture.ts";
import { account } from "./index.ts";
import { cancelled, execute, long, market, orderId, place, placed, quote, symbol } from "./order.fixture.ts";

const given = specify(account);
const now = new Date(market.at).toISOString();

const modify = (change: Partial<DataOf<AccountCommand, "ModifyOrder">>): AccountCommand => ({
  type: "ModifyOrder",
  data: { accountId, orderId, ...change },
});

describe("a stop order", () => {
  test("waits on the far side of the market, at a multiple of the tick size", () => {
    const stop = { kind: "stop", stopPrice: "1.39200" } as const;
    given(...funded)
      .when(place(stop), market)
      .thenEmits(placed({ ...stop, margin: "1392.00" }));
    given(...funded)
      .when(place({ ...stop, side: "sell", stopPrice: "1.39100" }), market)
      .thenEmits(placed({ ...stop, side: "sell", stopPrice: "1.39100", margin: "1391.00" }));
    given(...funded)
      .when(place({ ...stop, stopPrice: "1.39151" }), market)
      .thenRefuses("STOP_BEHIND_MARKET");
    given(...funded)
      .when(place({ ...stop, side: "sell" }), market)
      .thenRefuses("STOP_BEHIND_MARKET");
    given(...funded)
      .when(place({ ...stop, stopPrice: "1.392001" }), market)
      .thenRefuses("PRICE_OFF_TICK");
  });

  test("with a limit becomes a limit order there, once", () => {
    const order = { kind: "stop_limit", stopPrice: "1.39200", limitPrice: "1.39210" } as const;
    const triggered: AccountEvent = { type: "OrderTriggered", data: { accountId, orderId, quote } };
    const trigger: AccountCommand = { type: "TriggerOrder", data: { accountId, orderId, quote } };
    given(...funded)
      .when(place(order), market)
      .thenEmits(placed({ ...order, margin: "1392.10" }));
    given(...funded, placed(order))
      .when(trigger, market)
      .thenEmits(triggered);
    given(...funded, placed(order), triggered)
      .when(trigger, market)
      .thenEmits();
    given(...funded, placed({ kind: "stop", stopPrice: "1.39200" }))
      .when(trigger, market)
      .thenEmits();
    given(...funded, placed(order), cancelled())
      .when(trigger, market)
      .thenRefuses("ORDER_NOT_OPEN");
  });
});

describe("how long an order stands", () => {
  const limit = { kind: "limit", limitPrice: "1.39000", margin: "1390.00" } as const;
  const { margin: _, ...asked } = limit;

  test("is until the end of the day in UTC, or a time to come", () => {
    given(...funded)
      .when(place({ ...asked, timeInForce: "day" }), market)
      .thenEmits(placed({ ...limit, timeInForce: "day", expiresAt: "2014-05-08T00:00:00.000Z" }));
    const gtd = { timeInForce: "gtd", expiresAt: "2014-06-01T00:00:00.000Z" } as const;
    given(...funded)
      .when(place({ ...asked, ...gtd }), market)
      .thenEmits(placed({ ...limit, ...gtd }));
    given(...funded)
      .when(place({ ...asked, timeInForce: "gtd", expiresAt: now }), market)
      .thenRefuses("EXPIRY_PASSED");
  });

  test("ends with the reason that the venue gives, once", () => {
    const expire: AccountCommand = { type: "ExpireOrder", data: { accountId, orderId, reason: "expired" } };
    given(...funded, placed(limit))
      .when(expire, market)
      .thenEmits(cancelled({ reason: "expired" }));
    given(...funded, placed(limit), cancelled())
      .when(expire, market)
      .thenRefuses("ORDER_NOT_OPEN");
  });
});

describe("an order that only reduces", () => {
  const reduce = { side: "sell", reduceOnly: true, volume: "0.4" } as const;

  test("closes what is held, and takes no margin", () => {
    given(...funded, long("1"))
      .when(place(reduce), market)
      .thenEmits(placed(reduce));
  });

  test("is refused where there is nothing, or less, or others would reduce it already", () => {
    given(...funded)
      .when(place(reduce), market)
      .thenRefuses("REDUCES_NOTHING");
    given(...funded, long("1"))
      .when(place({ ...reduce, side: "buy" }), market)
      .thenRefuses("REDUCES_NOTHING");
    given(...funded, long("0.3"))
      .when(place(reduce), market)
      .thenRefuses("REDUCES_NOTHING");
    given(...funded, long("0.7"), placed({ ...reduce, orderId: "o0" }))
      .when(place(reduce), market)
      .thenRefuses("REDUCES_NOTHING");
  });

  test("never opens anything, though the position became less meanwhile", () => {
    const reduced: AccountEvent = {
      type: "PositionReduced",
      data: {
        accountId,
        symbol,
        side: "buy",
        executionId: "x9",
        volume: "0.9",
        price: "1.39000",
        total: "0.1",
        profit: "0.00",
        margin: "139.00",
      },
    };
    given(...funded, long("1"), placed(reduce), reduced)
      .when(execute("0.4"), market)
      .thenEmits(
        {
          type: "OrderFilled",
          data: {
            ...{ accountId, orderId, symbol, side: "sell", volume: "0.1", executionId: "x1", price: "1.39148" },
            ...{ remaining: "0.3", quote },
          },
        },
        {
          type: "PositionClosed",
          data: { accountId, symbol, side: "buy", executionId: "x1", volume: "0.1", price: "1.39148", profit: "14.80" },
        },
        cancelled({ remaining: "0.3", reason: "nothing_to_reduce" }),
      );
    const closed: AccountEvent = {
      type: "PositionClosed",
      data: { accountId, symbol, side: "buy", executionId: "x9", volume: "1", price: "1.39000", profit: "0.00" },
    };
    given(...funded, long("1"), placed(reduce), closed)
      .when(execute("0.4"), market)
      .thenEmits(cancelled({ remaining: "0.4", reason: "nothing_to_reduce" }));
  });
});

describe("an order that rests", () => {
  const month = { timeInForce: "gtd", expiresAt: "2014-05-31T00:00:00.000Z" } as const;
  const dated = placed({ kind: "limit", limitPrice: "1.39000", ...month });
  const limit = placed({ kind: "limit", limitPrice: "1.39000", margin: "1390.00" });

  test("is given another price, volume or end, and keeps the rest", () => {
    given(...funded, limit)
      .when(modify({ limitPrice: "1.38000" }), market)
      .thenEmits({
        type: "OrderModified",
        data: { accountId, orderId, volume: "1", remaining: "1", limitPrice: "1.38000", margin: "1380.00" },
      });
    given(...funded, dated)
      .when(modify({ volume: "2", expiresAt: "2014-06-01T00:00:00.000Z" }), market)
      .thenEmits({
        type: "OrderModified",
        data: {
          ...{ accountId, orderId, volume: "2", remaining: "2", limitPrice: "1.39000", margin: "2780.00" },
          expiresAt: "2014-06-01T00:00:00.000Z",
        },
      });
  });

  test("is changed within what the account can bear, at prices that it has, in time", () => {
    given(...funded, limit)
      .when(modify({ volume: "20" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN");
    given(...funded, limit)
      .when(modify({ volume: "0.001" }), market)
      .thenRefuses("VOLUME_OUT_OF_RANGE");
    given(...funded, limit)
      .when(modify({ limitPrice: "1.000001" }), market)
      .thenRefuses("PRICE_OFF_TICK");
    given(...funded, limit)
      .when(modify({ stopPrice: "1.40000" }), market)
      .thenRefuses("INVALID_INPUT");
    given(...funded, limit)
      .when(modify({ expiresAt: month.expiresAt }), market)
      .thenRefuses("INVALID_INPUT");
    given(...funded, dated)
      .when(modify({ expiresAt: now }), market)
      .thenRefuses("EXPIRY_PASSED");
    given(...funded, placed({}))
      .when(modify({ volume: "2" }), market)
      .thenRefuses("ORDER_NOT_RESTING");
    given(...funded, limit, cancelled())
      .when(modify({ volume: "2" }), market)
      .thenRefuses("ORDER_NOT_OPEN");
    given(...funded)
      .when(modify({ volume: "2" }), market)
      .thenRefuses("ORDER_NOT_FOUND");
  });
});

describe("all at once", () => {
  const other = placed({ orderId: "o2", symbol: "USDJPY", kind: "limit", limitPrice: "100.000" });
  const cancelAll = (only?: string): AccountCommand => ({
    type: "CancelAllOrders",
    data: { accountId, ...(only !== undefined && { symbol: only }) },
  });

  test("orders are cancelled, all or those of an instrument", () => {
    given(...funded, placed({}), other)
      .when(cancelAll("USDJPY"), market)
      .thenEmits(cancelled({ orderId: "o2" }));
    given(...funded, placed({}))
      .when(cancelAll(), market)
      .thenEmits(cancelled());
    given(...funded)
      .when(cancelAll(), market)
      .thenEmits();
  });

  test("a position is closed, whole or in part, by an order that can do nothing else", () => {
    const close = (volume?: string): AccountCommand => ({
      type: "ClosePosition",
      data: { accountId, orderId, symbol, ...(volume !== undefined && { volume }) },
    });
    const closing = { side: "sell", reduceOnly: true } as const;
    given(...funded, long("1"))
      .when(close(), market)
      .thenEmits(placed(closing));
    given(...funded, long("1"))
      .when(close("0.4"), market)
      .thenEmits(placed({ ...closing, volume: "0.4" }));
    given(...funded, long("1"))
      .when(close("1.5"), market)
      .thenRefuses("REDUCES_NOTHING");
    given(...funded)
      .when(close(), market)
      .thenRefuses("POSITION_NOT_FOUND");
  });
});

describe("an execution", () => {
  test("is at no worse price than the limit, and not after the end", () => {
    const sell = { side: "sell", kind: "limit", limitPrice: "1.40000" } as const;
    given(...funded, placed(sell))
      .when(execute("1"), market)
      .thenRefuses("PRICE_BEYOND_LIMIT");
    const over = { side: "sell", timeInForce: "gtd", expiresAt: now } as const;
    given(...funded, placed(over))
      .when(execute("1"), market)
      .thenRefuses("EXPIRY_PASSED");
  });
});
