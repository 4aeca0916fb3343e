import { expect, test } from "vitest";
import { Hello, TerminalMessage } from "./messages.ts";

const eurusd = {
  symbol: "EURUSD",
  name: "EURUSD.r",
  digits: 5,
  tickSize: "0.00001",
  contractSize: "100000",
  volumeMin: "0.01",
  volumeMax: "500",
  volumeStep: "0.01",
  baseCurrency: "EUR",
  profitCurrency: "USD",
  marginCurrency: "EUR",
};
const hello = {
  type: "hello",
  protocol: 1,
  login: 5_012_345,
  server: "Broker-Demo",
  marginMode: "netting",
  build: 5200,
  utcOffsetSeconds: 10_800,
  epoch: "1767225600000",
  symbols: [eurusd],
};

test("a HELLO with a symbol's specification is read", () => {
  expect(TerminalMessage.parse(hello)).toMatchObject({ type: "hello", replay: false });
});

test.each([
  ["another protocol", { protocol: 2 }],
  ["an unknown field", { tenant: "globex" }],
  ["an epoch that is a number", { epoch: 1 }],
  ["an epoch above 64 bits", { epoch: "18446744073709551616" }],
  ["no symbols", { symbols: [] }],
  ["a symbol twice", { symbols: [eurusd, eurusd] }],
  ["NUL in a symbol's name", { symbols: [{ ...eurusd, name: "EUR\u0000USD" }] }],
  ["a canonical symbol that is none", { symbols: [{ ...eurusd, symbol: "EUR.>" }] }],
  ["a clock that is no clock", { utcOffsetSeconds: 86_400 }],
])("a HELLO with %s is refused", (_, change) => {
  expect(Hello.safeParse({ ...hello, ...change }).success).toBe(false);
});
