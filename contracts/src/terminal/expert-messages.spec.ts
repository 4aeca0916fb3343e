import { expect, test } from "vitest";
import { Instruction } from "./expert-messages.ts";

const common = { type: "instruction", id: "0d9f8b4e-7c52", deadlineMsc: 1_767_225_600_000, magic: "77" };
const market = { ...common, action: "place", symbol: "EURUSD", side: "buy", kind: "market", volume: "0.10" };

test.each([
  ["a market order with a stop loss", { ...market, stopLoss: "1.09", deviation: 10 }],
  ["a limit order that ends", { ...market, kind: "limit", price: "1.05", expiresMsc: 1_767_229_200_000 }],
  ["a stop-limit order", { ...market, kind: "stop_limit", price: "1.2", stopLimit: "1.19" }],
  ["a change of a pending order", { ...common, action: "modify", ticket: "4711", price: "1.06" }],
  ["a cancellation", { ...common, action: "cancel", ticket: "4711" }],
  ["a protection that is taken away", { ...common, action: "protect", ticket: "4711" }],
  ["a closing in part", { ...common, action: "close", ticket: "4711", volume: "0.04", filling: "ioc" }],
  ["a closing by an opposite position", { ...common, action: "close_by", ticket: "4711", by: "4712" }],
])("%s is an instruction", (_, instruction) => expect(Instruction.parse(instruction)).toEqual(instruction));

test.each([
  ["a market order with a price", { ...market, price: "1.05" }],
  ["a limit order without one", { ...market, kind: "limit" }],
  ["a limit order with a second price", { ...market, kind: "limit", price: "1.05", stopLimit: "1.04" }],
  ["a stop-limit order without one", { ...market, kind: "stop_limit", price: "1.2" }],
  ["no volume", { ...market, volume: "0" }],
  ["an unknown field", { ...market, lots: "0.1" }],
  ["a magic number that MQL5 cannot tell", { ...market, magic: "9223372036854775808" }],
  ["an id with a blank", { ...market, id: "a b" }],
  ["an id that is too long", { ...market, id: "x".repeat(65) }],
  ["a closing by no position", { ...common, action: "close_by", ticket: "4711" }],
  ["a cancellation of nothing", { ...common, action: "cancel" }],
  ["a price as a number", { ...common, action: "modify", ticket: "4711", price: 1.06 }],
])("%s is none", (_, instruction) => expect(Instruction.safeParse(instruction).success).toBe(false));
