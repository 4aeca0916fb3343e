import type { OrderView } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { changesOf, nameOf, termsOf } from "./order-changes.ts";

const order = {
  ...{ orderId: "o1", accountId: "main", symbol: "EURUSD", side: "buy", kind: "stop_limit", status: "open" },
  ...{ volume: "0.10", filled: "0", limitPrice: "1.2", stopPrice: "1.1", timeInForce: "gtd" },
  ...{ expiresAt: "2026-01-15T10:00:00.000Z", reduceOnly: false, triggered: false },
} as OrderView;

test("what is left as it was is no change", () => {
  expect(changesOf(order, termsOf(order))).toBeUndefined();
});
test("what is written anew is one, and nothing else", () => {
  expect(changesOf(order, { ...termsOf(order), limitPrice: "1.3" })).toEqual({ limitPrice: "1.3" });
  const until = "2026-01-16T10:00";
  expect(changesOf(order, { ...termsOf(order), volume: "0.20", until })).toEqual({
    ...{ volume: "0.20", expiresAt: new Date(until).toISOString() },
  });
});
test("a stop that trails is changed by its distance: where it stands is the market's doing", () => {
  const trailing = { ...order, kind: "trailing_stop", trailing: { distance: "0.002", step: "0.0002" } } as OrderView;
  expect(termsOf(trailing).stopPrice).toBe("");
  expect(changesOf(trailing, { ...termsOf(trailing), distance: "0.003" })).toEqual({ trailing: { distance: "0.003" } });
});
test("a position is named by its instrument, and where there may be several of one by its own id", () => {
  const position = { symbol: "EURUSD", positionId: "EURUSD" } as Parameters<typeof nameOf>[0];
  expect(nameOf(position)).toEqual({ symbol: "EURUSD" });
  expect(nameOf({ ...position, positionId: "o1" })).toEqual({ symbol: "EURUSD", positionId: "o1" });
});
