import {
  completeInstrument,
  type InstrumentChanges,
  type InstrumentCommand,
  type InstrumentDefinition,
  type InstrumentEvent,
  instrumentEvents,
  upcast,
} from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { instrument } from "./instrument.ts";

const given = specify(instrument);
const eurusd: InstrumentDefinition = {
  symbol: "EURUSD",
  description: "Euro vs US Dollar",
  digits: 5,
  tickSize: "0.00001",
  contractSize: "100000",
  volumeMin: "0.01",
  volumeMax: "100",
  volumeStep: "0.01",
  baseCurrency: "EUR",
  profitCurrency: "USD",
  marginCurrency: "EUR",
};
const define = (changes: InstrumentChanges = {}): InstrumentCommand => ({
  type: "DefineInstrument",
  data: { ...eurusd, ...(changes as object) },
});
const change = (changes: InstrumentChanges): InstrumentCommand => ({
  type: "ChangeInstrument",
  data: { symbol: "EURUSD", ...changes },
});
const defined = (changes: InstrumentChanges = {}): InstrumentEvent => ({
  type: "InstrumentDefined",
  data: completeInstrument(eurusd, changes),
});
const changed = (changes: InstrumentChanges): InstrumentEvent => ({
  type: "InstrumentChanged",
  data: { symbol: "EURUSD", changes },
});

describe("an instrument", () => {
  test("is what its first definition says", () => given().when(define()).thenEmits(defined()));
  test("defined again alike does not change", () => given(defined()).when(define()).thenEmits());
  test("defined again otherwise changes", () =>
    given(defined())
      .when(define({ volumeMax: "50" }))
      .thenEmits(defined({ volumeMax: "50" })));
  test("can go back to what it was", () =>
    given(defined(), defined({ volumeMax: "50" }))
      .when(define())
      .thenEmits(defined()));
  test("is forex where it is a pair with its margin in the base, else a CFD with leverage", () => {
    expect(completeInstrument(eurusd).calculationMode).toBe("forex");
    const share = { baseCurrency: "USD", profitCurrency: "USD", marginCurrency: "USD" };
    expect(completeInstrument(eurusd, share).calculationMode).toBe("cfd_leverage");
    expect(completeInstrument(eurusd, { marginCurrency: "USD" }).calculationMode).toBe("cfd_leverage");
  });
  const session = (from: string, to: string) => ({ day: "monday", from, to }) as const;
  test.each<InstrumentChanges>([
    { volumeMin: "101" },
    { volumeStep: "101" },
    { volumeLimit: "0.005" },
    { tickSize: "0.000001" },
    { calculationMode: "exchange_bonds" },
    { calculationMode: "futures" },
    { sessions: [session("00:05", "12:00"), session("11:59", "24:00")] },
  ])("that contradicts itself is refused: %o", (changes) => {
    given().when(define(changes)).thenRefuses("INVALID_INPUT");
    given(defined()).when(change(changes)).thenRefuses("INVALID_INPUT");
  });
});

describe("a change by hand", () => {
  test("holds for what it names", () =>
    given(defined())
      .when(change({ swapLong: "-3" }))
      .thenEmits(changed({ swapLong: "-3" }), defined({ swapLong: "-3" })));
  test("outlives what a terminal says later", () =>
    given(defined(), changed({ swapLong: "-3" }), defined({ swapLong: "-3" }))
      .when(define({ swapLong: "-9", swapShort: "1" }))
      .thenEmits(defined({ swapLong: "-3", swapShort: "1" })));
  test("adds to the changes before it", () =>
    given(defined(), changed({ swapLong: "-3" }), defined({ swapLong: "-3" }))
      .when(change({ volumeMax: "9" }))
      .thenEmits(changed({ swapLong: "-3", volumeMax: "9" }), defined({ swapLong: "-3", volumeMax: "9" })));
  test("to what it is already keeps it so", () =>
    given(defined())
      .when(change({ volumeMax: "100" }))
      .thenEmits(changed({ volumeMax: "100" })));
  test("is needed once", () =>
    given(defined(), changed({ volumeMax: "100" }))
      .when(change({ volumeMax: "100" }))
      .thenEmits());
  test("of an instrument that is not there is refused", () =>
    given()
      .when(change({ volumeMax: "1" }))
      .thenRefuses("INSTRUMENT_NOT_FOUND"));
});

test("a definition of schema 1, as it was kept, is an instrument of today", () => {
  const kept = { type: "InstrumentDefined", data: { ...eurusd }, schema: 1 };
  expect(upcast(instrumentEvents, kept)).toEqual(completeInstrument(eurusd));
});
