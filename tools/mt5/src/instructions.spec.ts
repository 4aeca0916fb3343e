import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { structs as arrayOf, workbench } from "./testing/workbench.ts";

const vectors = new URL("../../../contracts/vectors/control-messages/", import.meta.url);
const expected: Readonly<Record<string, object>> = {
  place: { action: "place", kind: "market", isBuy: true, name: "EURUSD.r", volume: 0.1, stopLoss: 1.09, magic: 77n },
  "place-ioc": { action: "place", kind: "market", stopLoss: 1.09, deviation: 10n, filling: "ioc", magic: 79n },
  cancel: { action: "cancel", ticket: 4711n, magic: 78n },
  close: { action: "close", ticket: 4711n, volume: 0.04, deviation: 50n, filling: "ioc", magic: 80n },
  "close-by": { action: "close_by", ticket: 4711n, by: 4712n, magic: 81n },
};
const headers = ["Bytes.mqh", "Json.mqh", "WebSocket.mqh", "Link.mqh", "Account.mqh", "Symbols.mqh", "Clock.mqh"];
const told = ["Records.mqh", "Ledger.mqh", "Orders.mqh", "Snapshot.mqh", "Instructions.mqh"];

test.each(Object.keys(expected))("the vector of the instruction %s is read as the bridge writes it", (name) => {
  const { functions, structs } = workbench([...headers, ...told]);
  const make = (struct: string) => structs[struct] as new () => object;
  const order = new (make("Instruction"))();
  const names = arrayOf(make("SymbolName"), [{ symbol: "EURUSD", name: "EURUSD.r" }]);
  const message = readFileSync(new URL(`bridge-instruction-${name}.txt`, vectors), "utf8").trimEnd();
  expect(functions["ParseInstruction"]?.(message, order, names)).toBe("");
  expect(order).toMatchObject({ deadlineMsc: 1_767_225_610_000n, ...expected[name] });
});

test("every vector of an instruction is among them", () => {
  const all = readdirSync(vectors).filter((name) => name.startsWith("bridge-instruction-"));
  expect(all.sort()).toEqual(
    Object.keys(expected)
      .map((name) => `bridge-instruction-${name}.txt`)
      .sort(),
  );
});
