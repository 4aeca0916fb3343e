import { TerminalSymbol } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { structs, workbench } from "./testing/workbench.ts";

const headers = ["Bytes.mqh", "Json.mqh", "Account.mqh", "Symbols.mqh"];

test("a symbol map is read line by line", () => {
  const { functions, structs: types } = workbench(headers);
  const names = structs(types["SymbolName"] as new () => object);
  const text = "; ours = the broker's\r\nEURUSD = EURUSD.r\r\n\r\n#AAPL\n USDJPY=USDJPYm ; yen\n=nothing\nnothing=\n";
  expect(functions["ParseSymbolMap"]?.(text, names)).toBe(3);
  expect(names.items).toEqual([
    { symbol: "EURUSD", name: "EURUSD.r" },
    { symbol: "#AAPL", name: "#AAPL" },
    { symbol: "USDJPY", name: "USDJPYm" },
  ]);
});

test("a symbol's specification is as the contract wants it", () => {
  const { functions } = workbench(headers);
  const told = JSON.parse(functions["SymbolJson"]?.("USDJPY", "USDJPY.r") as string);
  expect(TerminalSymbol.parse(told)).toMatchObject({
    ...{ symbol: "USDJPY", name: "USDJPY.r", description: "USD against JPY", digits: 3, tickSize: "0.001" },
    ...{ contractSize: "100000", volumeMin: "0.01", profitCurrency: "JPY", fillingFlags: 3, swapTripleDay: 3 },
    ...{ tradeMode: 4, expirationFlags: 15, volumeLimit: "0", marginHedged: "100000", marginOfLargerLeg: false },
    ...{ marginInitialRate: "1", marginMaintenanceRateSell: "0", swapMode: 1, swapLong: "-7.25", swapShort: "2.5" },
  });
});

test("a symbol's sessions are told day by day", () => {
  const { functions } = workbench(headers);
  const { sessions } = JSON.parse(functions["SymbolJson"]?.("USDJPY", "USDJPY.r") as string);
  expect(sessions).toHaveLength(5);
  expect(sessions.at(0)).toEqual({ day: 1, from: 300, to: 86_400 });
  expect(sessions.at(-1)).toEqual({ day: 5, from: 300, to: 86_100 });
});

test("a symbol that the broker does not have, or says too little of, is left out with the reason", () => {
  const { functions } = workbench(headers);
  expect([functions["SymbolProblem"]?.("EURUSD.r"), functions["SymbolProblem"]?.("EURUSD")]).toEqual([
    "",
    "the broker has no such symbol",
  ]);
});

test("an account's folder is a file name whatever the server is called", () => {
  const { functions } = workbench(headers);
  expect(functions["FolderOf"]?.(17n, "Bröker/Live 3..\\x")).toBe("TradeSage\\Br_ker_Live_3.._x-17");
});
