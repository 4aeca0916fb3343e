import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurgbp, eurusd, gbpusd, index, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { accountId, deposited, funded, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const market = marketOf([eurusd, 1.39148, 1.39151], [usdjpy, 101.62, 101.625], [gbpusd, 1.6931, 1.6933], [eurgbp]);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: 1_399_500_000_000 };

const placed = (order: Partial<DataOf<AccountEvent, "OrderPlaced">> = {}): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    accountId,
    orderId: "o1",
    symbol: "EURUSD",
    side: "buy",
    volume: "1",
    kind: "market",
    margin: "1391.51",
    ...order,
  },
});
const filled = (fill: Partial<DataOf<AccountEvent, "OrderFilled">> = {}): AccountEvent => ({
  type: "OrderFilled",
  data: {
    ...{ accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "1", executionId: "x1" },
    ...{ price: "1.39151", remaining: "0", quote, ...fill },
  },
});
const cancelled: AccountEvent = {
  type: "OrderCancelled",
  data: { accountId, orderId: "o1", remaining: "1", reason: "requested" },
};
const long = (volume: string, price: string, margin: string): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol: "EURUSD", side: "buy", executionId: "x1", volume, price, margin },
});

const open: AccountCommand = {
  type: "OpenAccount",
  data: { accountId, currency: "USD", leverage: 100, mode: "netting", venue: "paper" },
};
const deposit = (amount: string): AccountCommand => ({ type: "Deposit", data: { accountId, amount } });
const place = (order: Partial<DataOf<AccountCommand, "PlaceOrder">> = {}): AccountCommand => ({
  type: "PlaceOrder",
  data: {
    accountId,
    orderId: "o1",
    symbol: "EURUSD",
    side: "buy",
    volume: "1",
    kind: "market",
    timeInForce: "gtc",
    reduceOnly: false,
    ...order,
  },
});
const cancel = (orderId = "o1"): AccountCommand => ({ type: "CancelOrder", data: { accountId, orderId } });
const execute = (fill: Partial<DataOf<AccountCommand, "RecordExecution">> = {}): AccountCommand => ({
  type: "RecordExecution",
  data: { accountId, orderId: "o1", executionId: "x1", volume: "1", price: "1.39151", quote, ...fill },
});

describe("opening an account", () => {
  test("it takes its terms from the command and its name from its id", () =>
    given().when(open, market).thenEmits(opened()));
  test("it is opened once", () => given(opened()).when(open, market).thenRefuses("ACCOUNT_EXISTS"));
  test("nothing can be done with one that is not opened", () => {
    for (const command of [deposit("1"), place(), cancel(), execute()]) {
      given().when(command, market).thenRefuses("ACCOUNT_NOT_FOUND", { accountId });
    }
  });
});

describe("placing an order", () => {
  test("a market order reserves its margin at the price it would get: the ask for a buy", () =>
    given(...funded)
      .when(place(), market)
      .thenEmits(placed({ margin: "1391.51" })));
  test("and the bid for a sell", () =>
    given(...funded)
      .when(place({ side: "sell" }), market)
      .thenEmits(placed({ side: "sell", margin: "1391.48" })));
  test("a limit order reserves its margin at its own price", () =>
    given(...funded)
      .when(place({ kind: "limit", limitPrice: "1.38000" }), market)
      .thenEmits(placed({ kind: "limit", limitPrice: "1.38000", margin: "1380.00" })));
  test("the margin of a pair is in its base currency, bought with the account's", () =>
    given(...funded)
      .when(place({ symbol: "USDJPY" }), market)
      .thenEmits(placed({ symbol: "USDJPY", margin: "1000.00" })));
  test("and goes over a third currency where no pair connects the two", () =>
    given(opened({ currency: "JPY" }), deposited("1000000", "JPY"))
      .when(place({ symbol: "GBPUSD", volume: "0.1" }), market)
      // 10,000 GBP at 1.6933 USD at 101.625 JPY, a hundredth of it
      .thenEmits(placed({ symbol: "GBPUSD", volume: "0.1", margin: "17208" })));
  test("the margin of an index is its value in the currency of its profit", () =>
    given(...funded)
      .when(place({ symbol: "US500", volume: "2" }), marketOf([index, 1878.5, 1879]))
      .thenEmits(placed({ symbol: "US500", volume: "2", margin: "375.80" })));

  test("an unknown instrument is refused", () =>
    given(...funded)
      .when(place({ symbol: "XAUUSD" }), market)
      .thenRefuses("INSTRUMENT_NOT_FOUND", { symbol: "XAUUSD" }));
  test("a market order needs a quote", () =>
    given(...funded)
      .when(place({ symbol: "EURGBP" }), market)
      .thenRefuses("NO_QUOTE", { symbol: "EURGBP" }));
  test("a margin that nothing converts is refused", () =>
    given(opened({ currency: "CHF" }), deposited("1000", "CHF"))
      .when(place(), market)
      .thenRefuses("NO_CONVERSION_RATE", { from: "EUR", to: "CHF" }));
  test.each([
    ["0.001", "VOLUME_OUT_OF_RANGE"],
    ["100.01", "VOLUME_OUT_OF_RANGE"],
    ["0.015", "VOLUME_OFF_STEP"],
  ] as const)("a volume of %s is refused as %s", (volume, code) =>
    given(...funded)
      .when(place({ volume }), market)
      .thenRefuses(code, { volume }),
  );
  test("the smallest and the largest volume are allowed", () => {
    given(...funded)
      .when(place({ volume: "0.01" }), market)
      .thenEmits(placed({ volume: "0.01", margin: "13.92" }));
    given(opened(), deposited("200000.00"))
      .when(place({ volume: "100.00" }), market)
      .thenEmits(placed({ volume: "100", margin: "139151.00" }));
  });
  test("a price between two ticks is refused", () =>
    given(...funded)
      .when(place({ kind: "limit", limitPrice: "1.380005" }), market)
      .thenRefuses("PRICE_OFF_TICK", { price: "1.380005", tickSize: "0.00001" }));
  test("an order id is used once, even after its order is closed", () => {
    given(...funded, placed())
      .when(place(), market)
      .thenRefuses("ORDER_EXISTS");
    given(...funded, placed(), filled())
      .when(place(), market)
      .thenRefuses("ORDER_EXISTS");
    given(...funded, placed(), cancelled)
      .when(place(), market)
      .thenRefuses("ORDER_EXISTS");
  });
});

describe("the free margin", () => {
  test("that does not cover an order refuses it, with the numbers", () =>
    given(opened(), deposited("1000.00"))
      .when(place(), market)
      .thenRefuses("INSUFFICIENT_MARGIN", {
        ...{ currency: "USD", required: "1391.51", free: "1000.00", equity: "1000.00", used: "0.00", reserved: "0.00" },
      }));
  test("may be used to the last cent", () => {
    given(opened(), deposited("1391.51")).when(place(), market).thenEmits(placed());
    given(opened(), deposited("1391.50")).when(place(), market).thenRefuses("INSUFFICIENT_MARGIN");
  });
  test("is less by what open orders reserve", () =>
    given(opened(), deposited("2000.00"), placed())
      .when(place({ orderId: "o2" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN", { free: "608.49", reserved: "1391.51", used: "0.00" }));
  test("is free again when an order is cancelled", () =>
    given(opened(), deposited("2000.00"), placed(), cancelled)
      .when(place({ orderId: "o2" }), market)
      .thenEmits(placed({ orderId: "o2" })));
  test("is less by what positions hold and have lost", () =>
    // 1 lot bought at 1.40000 is worth 852.00 less at a bid of 1.39148
    given(opened(), deposited("3000.00"), long("1", "1.40000", "1400.00"))
      .when(place({ orderId: "o2" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN", { free: "748.00", equity: "2148.00", used: "1400.00" }));
  test("of a half-filled order is reserved by half", () =>
    given(
      opened(),
      deposited("4000.00"),
      placed(),
      filled({ volume: "0.5", remaining: "0.5" }),
      long("0.5", "1.39151", "695.76"),
    )
      .when(place({ orderId: "o2", volume: "2" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN", { reserved: "695.76", used: "695.76", equity: "3998.50" }));
  test("is not asked for by an order that closes", () =>
    given(opened(), deposited("1400.00"), long("1", "1.40000", "1400.00"))
      .when(place({ side: "sell" }), market)
      .thenEmits(placed({ side: "sell", margin: "0.00" })));
  test("is asked for by the second of two orders that would close the same position", () =>
    given(opened(), deposited("1400.00"), long("1", "1.40000", "1400.00"), placed({ side: "sell", margin: "0.00" }))
      .when(place({ orderId: "o2", side: "sell" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN", { required: "1391.48" }));
  test("given back by a position is counted once towards what a reversal opens beyond it", () =>
    // two lots of 1,391.48 are opened, 1,400.00 come back
    given(opened(), deposited("1400.00"), long("1", "1.40000", "1400.00"))
      .when(place({ side: "sell", volume: "3" }), market)
      .thenRefuses("INSUFFICIENT_MARGIN", { required: "1382.96" }));
  test("given back by a position covers its reversal", () =>
    given(opened(), deposited("1400.00"), long("1", "1.40000", "1400.00"))
      .when(place({ side: "sell", volume: "2" }), market)
      .thenEmits(placed({ side: "sell", volume: "2", margin: "0.00" })));
});

describe("cancelling an order", () => {
  test("leaves what was not filled unfilled", () => {
    given(...funded, placed())
      .when(cancel(), market)
      .thenEmits(cancelled);
    given(...funded, placed(), filled({ volume: "0.4", remaining: "0.6" }))
      .when(cancel(), market)
      .thenEmits({ type: "OrderCancelled", data: { accountId, orderId: "o1", remaining: "0.6", reason: "requested" } });
  });
  test("that was filled or cancelled is refused", () => {
    given(...funded, placed(), filled())
      .when(cancel(), market)
      .thenRefuses("ORDER_NOT_OPEN");
    given(...funded, placed(), cancelled)
      .when(cancel(), market)
      .thenRefuses("ORDER_NOT_OPEN");
  });
  test("that never was is refused", () =>
    given(...funded)
      .when(cancel("o9"), market)
      .thenRefuses("ORDER_NOT_FOUND"));
});

describe("an execution", () => {
  test("fills the order and opens a position", () =>
    given(...funded, placed())
      .when(execute(), market)
      .thenEmits(filled(), long("1", "1.39151", "1391.51")));
  test("of a part leaves the rest open", () =>
    given(...funded, placed())
      .when(execute({ volume: "0.4" }), market)
      .thenEmits(filled({ volume: "0.4", remaining: "0.6" }), long("0.4", "1.39151", "556.60")));
  test("is recorded once", () =>
    given(...funded, placed(), filled({ volume: "0.4", remaining: "0.6" }))
      .when(execute({ volume: "0.4" }), market)
      .thenRefuses("EXECUTION_EXISTS"));
  test("is never larger than what remains", () =>
    given(...funded, placed(), filled({ volume: "0.4", remaining: "0.6" }))
      .when(execute({ executionId: "x2", volume: "0.7" }), market)
      .thenRefuses("OVERFILL", { volume: "0.7", remaining: "0.6" }));
  test("that comes after the cancel is refused", () =>
    given(...funded, placed(), cancelled)
      .when(execute(), market)
      .thenRefuses("ORDER_NOT_OPEN"));
  test("of an order that never was is refused", () =>
    given(...funded)
      .when(execute(), market)
      .thenRefuses("ORDER_NOT_FOUND"));
});

describe("netting", () => {
  const holding = [...funded, long("1", "1.39000", "1390.00")] as const;
  const named = { accountId, symbol: "EURUSD", executionId: "x1" };
  const sells = (volume: string) =>
    [placed({ side: "sell", volume, margin: "0.00" }), filled({ side: "sell", volume, price: "1.39148" })] as const;

  test("more of the same side is one position at the volume-weighted average price", () =>
    given(...holding, placed({ volume: "2" }))
      .when(execute({ volume: "2" }), market)
      .thenEmits(filled({ volume: "2" }), {
        type: "PositionIncreased",
        data: {
          ...{ ...named, side: "buy", volume: "2", price: "1.39151" },
          ...{ total: "3", averagePrice: "1.3910066667", margin: "4173.02" },
        },
      }));
  test("less of it is closed at a profit, and its share of the margin is free again", () => {
    const [order, fill] = sells("0.4");
    given(...holding, order)
      .when(execute({ volume: "0.4", price: "1.39148" }), market)
      .thenEmits(fill, {
        type: "PositionReduced",
        data: {
          ...named,
          side: "buy",
          volume: "0.4",
          price: "1.39148",
          total: "0.6",
          profit: "59.20",
          margin: "834.00",
        },
      });
  });
  test("all of it is closed", () => {
    const [order, fill] = sells("1");
    given(...holding, order)
      .when(execute({ price: "1.39148" }), market)
      .thenEmits(fill, {
        type: "PositionClosed",
        data: { ...named, side: "buy", volume: "1", price: "1.39148", profit: "148.00" },
      });
  });
  test("more than all of it is closed and the rest opened the other way", () => {
    const [order, fill] = sells("1.5");
    given(...holding, order)
      .when(execute({ volume: "1.5", price: "1.39148" }), market)
      .thenEmits(
        fill,
        { type: "PositionClosed", data: { ...named, side: "buy", volume: "1", price: "1.39148", profit: "148.00" } },
        { type: "PositionOpened", data: { ...named, side: "sell", volume: "0.5", price: "1.39148", margin: "695.74" } },
      );
  });
  test("a profit in another currency is converted at the quote of the execution", () => {
    const short: AccountEvent = {
      type: "PositionOpened",
      data: { ...named, symbol: "USDJPY", side: "sell", volume: "1", price: "102.000", margin: "1000.00" },
    };
    const quoteThen = { bid: "101.500", ask: "101.505", timeMsc: 1 };
    const order = { symbol: "USDJPY", margin: "0.00" };
    const fill = { price: "101.505", quote: quoteThen };
    given(...funded, short, placed(order))
      .when(execute(fill), market)
      .thenEmits(filled({ symbol: "USDJPY", ...fill }), {
        type: "PositionClosed",
        // 49,500 yen gained, sold at the ask of the dollar: 101.505
        data: { ...named, symbol: "USDJPY", side: "sell", volume: "1", price: "101.505", profit: "487.66" },
      });
  });
});
