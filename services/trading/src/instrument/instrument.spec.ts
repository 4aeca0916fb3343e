import type { InstrumentCommand, InstrumentEvent, InstrumentSpecification } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { instrument } from "./instrument.ts";

const given = specify(instrument);
const eurusd: InstrumentSpecification = {
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
const define = (changes: Partial<InstrumentSpecification> = {}): InstrumentCommand => ({
  type: "DefineInstrument",
  data: { ...eurusd, ...changes },
});
const defined = (changes: Partial<InstrumentSpecification> = {}): InstrumentEvent => ({
  type: "InstrumentDefined",
  data: { ...eurusd, ...changes },
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
  test.each([{ volumeMin: "101" }, { volumeStep: "101" }, { tickSize: "0.000001" }])(
    "that contradicts itself is refused: %o",
    (changes) => given().when(define(changes)).thenRefuses("INVALID_INPUT"),
  );
});
