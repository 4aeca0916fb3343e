import { type InstrumentDefinition, TerminalSymbol } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { definitionOf } from "./define-instrument.ts";

const basics = {
  symbol: "EURUSD",
  description: "Euro against dollar",
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
const define = (said: object, currency?: string): InstrumentDefinition =>
  definitionOf(TerminalSymbol.parse({ ...basics, name: "EURUSD.r", ...said }), { utcOffsetSeconds: 7200, currency });

test("a symbol of which a terminal says little is left as unsaid", () =>
  expect(define({})).toEqual({ ...basics, utcOffsetSeconds: 7200 }));

test("what MQL5 numbers has names", () =>
  expect(
    define({
      ...{ calculationMode: 4, tradeMode: 3, fillingFlags: 3, expirationFlags: 15, swapMode: 5, swapLong: "-3.1" },
      ...{ swapShort: "1", swapTripleDay: 3, volumeLimit: "50", marginHedged: "0", marginOfLargerLeg: true },
    }),
  ).toMatchObject({
    ...{ calculationMode: "cfd_leverage", tradeMode: "close_only", fillingModes: ["fok", "ioc"] },
    ...{ expirationModes: ["gtc", "day", "gtd", "gtd_day"], swapMode: "interest_current", swapLong: "-3.1" },
    ...{ swapShort: "1", swapTripleDay: "wednesday", volumeLimit: "50", marginHedged: "0", marginOfLargerLeg: true },
  }));

test("zero is what is not set", () => {
  const said = define({ volumeLimit: "0", marginInitial: "0", marginMaintenance: "0.00", faceValue: "0" });
  for (const field of ["volumeLimit", "marginInitial", "marginMaintenance", "faceValue"])
    expect(said).not.toHaveProperty(field);
});

test("a side without margin rates has those of the other", () => {
  expect(define({ marginInitialRate: "1.5", marginMaintenanceRate: "0" }).marginRates).toEqual({
    ...{ buy: { initial: "1.5", maintenance: "0" }, sell: { initial: "1.5", maintenance: "0" } },
  });
  const sell = { marginInitialRateSell: "2", marginMaintenanceRateSell: "1" };
  expect(define({ marginInitialRate: "1", ...sell }).marginRates?.sell).toEqual({ initial: "2", maintenance: "1" });
});

test("sessions are times of the broker's day; those without length are none", () => {
  const sessions = [
    { day: 1, from: 300, to: 86_400 },
    { day: 6, from: 0, to: 0 },
  ];
  expect(define({ sessions }).sessions).toEqual([{ day: "monday", from: "00:05", to: "24:00" }]);
});

test("a tick's value counts where the mode takes it and the account is of its currency", () => {
  const future = { calculationMode: 1, tickValueProfit: "12.5", marginInitial: "1000" };
  expect(define(future, "USD").tickValue).toBe("12.5");
  expect(define(future, "EUR").tickValue).toBeUndefined();
  expect(define({ ...future, calculationMode: 0 }, "USD").tickValue).toBeUndefined();
});

test.each([
  ["options, futures of FORTS, collateral", { calculationMode: 34 }],
  ["a future without a margin", { calculationMode: 1 }],
  ["a bond without a face value", { calculationMode: 37 }],
])("%s: no formula of ours", (_, said) => expect(define(said).calculationMode).toBe("none"));
