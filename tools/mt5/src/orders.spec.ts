import { expect, test } from "vitest";
import { workbench } from "./testing/workbench.ts";

const FOK = 0;
const RETURN = 2;

const source = "bool Send(MqlTradeRequest &request, MqlTradeResult &result) { return OrderSend(request, result); }";

function desk() {
  const { functions, structs, terminal, market } = workbench(["Orders.mqh"], { source });
  market.symbols.get("EURUSD.r")?.ticks.push({ timeMsc: 1, bid: 1.1, ask: 1.10002 });
  return {
    terminal,
    market,
    problem: () => functions["TradeProblem"]?.(),
    isKnown: (magic: bigint) => functions["IsKnownToBroker"]?.(magic, 0n, 4_102_444_800n),
    /** The request that an instruction becomes, and what the trade server answers. */
    carryOut(instruction: object) {
      const order = Object.assign(new (structs["Instruction"] as new () => object)(), {
        ...{ id: "0d9f8b4e-7c52-5d0a-9a3e-2f7d6c1b8a90", magic: 77n, name: "EURUSD.r", deviation: 10n },
        ...instruction,
      });
      const request = new (structs["MqlTradeRequest"] as new () => Record<string, unknown>)();
      const result = new (structs["MqlTradeResult"] as new () => Record<string, unknown>)();
      const isThere = functions["FillRequest"]?.(request, order, 7200);
      if (isThere) functions["Send"]?.(request, result);
      return { isThere, request, result };
    },
  };
}

const market = { action: "place", kind: "market", isBuy: true, volume: 0.1 };

test("a market order asks for all of it or none at the price of its side", () => {
  const { carryOut } = desk();
  const buy = carryOut({ ...market, stopLoss: 1.09, takeProfit: 1.2 });
  expect(buy.request).toMatchObject({
    ...{ action: 1, magic: 77n, symbol: "EURUSD.r", volume: 0.1, type: 0, price: 1.10002, sl: 1.09, tp: 1.2 },
    ...{ type_filling: FOK, deviation: 10n, comment: "0d9f8b4e-7c52-5d0a-9a3e-2f7" },
  });
  expect(carryOut({ ...market, isBuy: false }).request).toMatchObject({ type: 1, price: 1.1 });
});

test.each([
  ["limit", true, 2],
  ["limit", false, 3],
  ["stop", true, 4],
  ["stop", false, 5],
  ["stop_limit", true, 6],
  ["stop_limit", false, 7],
])("a pending %s order (buy: %s) rests until its time on the broker's clock", (kind, isBuy, type) => {
  const { carryOut } = desk();
  const order = {
    action: "place",
    kind,
    isBuy,
    volume: 0.1,
    price: 1.05000001,
    stopLimit: 1.06,
    expiresMsc: 1_000_000n,
  };
  expect(carryOut(order).request).toMatchObject({
    ...{ action: 5, type, price: 1.05, stoplimit: 1.06, type_time: 2, expiration: 8_200n, type_filling: RETURN },
  });
  expect(carryOut({ ...order, expiresMsc: 0n }).request).toMatchObject({ type_time: 0, expiration: 0n });
});

test("a pending order is changed and cancelled by its ticket", () => {
  const { carryOut, terminal } = desk();
  const ticket = carryOut({ action: "place", kind: "limit", isBuy: true, volume: 0.1, price: 1.05 }).result["order"];
  expect(carryOut({ action: "modify", ticket, price: 1.06, stopLoss: 1 }).result["retcode"]).toBe(10_009);
  expect([...terminal.server.orders.values()]).toMatchObject([{ ORDER_PRICE_OPEN: 1.06, ORDER_SL: 1 }]);
  expect(carryOut({ action: "cancel", ticket }).result["retcode"]).toBe(10_009);
  expect(terminal.server.orders.size).toBe(0);
  expect([carryOut({ action: "cancel", ticket }), carryOut({ action: "modify", ticket })]).toMatchObject([
    { isThere: false },
    { isThere: false },
  ]);
});

test("a position is protected, closed in part and whole by a deal of the other side", () => {
  const { carryOut, terminal } = desk();
  const ticket = carryOut(market).result["order"];
  carryOut({ action: "protect", ticket, stopLoss: 1.09 });
  expect([...terminal.server.positions.values()]).toMatchObject([{ POSITION_SL: 1.09, POSITION_VOLUME: 0.1 }]);
  expect(carryOut({ action: "close", ticket, volume: 0.04 }).request).toMatchObject({
    type: 1,
    volume: 0.04,
    price: 1.1,
  });
  expect([...terminal.server.positions.values()]).toMatchObject([{ POSITION_VOLUME: 0.06 }]);
  carryOut({ action: "close", ticket });
  expect(terminal.server.positions.size).toBe(0);
  expect(carryOut({ action: "close", ticket }).isThere).toBe(false);
});

test("a position is closed in a way that it is told, as the broker's symbol may have it", () => {
  const { carryOut } = desk();
  const ticket = carryOut(market).result["order"];
  const IOC = 1;
  expect(carryOut({ action: "close", ticket, volume: 0.04, filling: "ioc" }).request).toMatchObject({
    ...{ action: 1, position: ticket, volume: 0.04, type_filling: IOC },
  });
});

test("two opposite positions close each other, as far as the smaller goes", () => {
  const { carryOut, terminal } = desk();
  const long = carryOut(market).result["order"];
  const short = carryOut({ ...market, isBuy: false, volume: 0.04 }).result["order"];
  const closing = carryOut({ action: "close_by", ticket: long, by: short });
  expect(closing.request).toMatchObject({ action: 10, position: long, position_by: short, symbol: "EURUSD.r" });
  expect(closing.result["retcode"]).toBe(10_009);
  expect([...terminal.server.positions.values()]).toMatchObject([{ POSITION_TYPE: 0, POSITION_VOLUME: 0.06 }]);
  expect(terminal.server.deals.slice(-2)).toMatchObject([
    { DEAL_ENTRY: 3, DEAL_TYPE: 1, DEAL_VOLUME: 0.04 },
    { DEAL_ENTRY: 3, DEAL_TYPE: 0, DEAL_VOLUME: 0.04 },
  ]);
  expect(carryOut({ action: "close_by", ticket: long, by: short }).isThere).toBe(false);
});

test("what the broker knows of an instruction is found by its magic number, wherever it stands", () => {
  const { carryOut, isKnown } = desk();
  expect(isKnown(77n)).toBe(false);
  carryOut({ ...market, magic: 78n });
  expect([isKnown(77n), isKnown(78n)]).toEqual([false, true]);
  const ticket = carryOut({ action: "place", kind: "limit", isBuy: true, volume: 0.1, price: 1 }).result["order"];
  expect(isKnown(77n)).toBe(true);
  carryOut({ action: "cancel", ticket, magic: 80n });
  expect(isKnown(77n)).toBe(true);
});

test.each(["TERMINAL_TRADE_ALLOWED", "MQL_TRADE_ALLOWED"])(
  "what forbids trading in the terminal is told: %s",
  (what) => {
    const { problem, market } = desk();
    expect(problem()).toBe("");
    market.terminal[what] = 0;
    expect(problem()).toMatch(/algo trading/);
  },
);
