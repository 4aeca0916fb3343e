import { describe, expect, test } from "vitest";
import { newTicket, orderOf, type Ticket, WHATEVER_IS_HELD, written } from "./ticket.ts";

const order = (over: Partial<Ticket>) => orderOf("EURUSD", { ...written(newTicket()), ...over });
const plain = { symbol: "EURUSD", side: "buy", volume: "0.10", timeInForce: "gtc" };
const prices = { limitPrice: "1.1", stopPrice: "1.2", distance: "0.002" };

describe("a ticket asks for", () => {
  test("the prices that its kind calls for, whatever else is written on it", () => {
    expect(order({ ...prices, kind: "market" })).toEqual({ ...plain, kind: "market" });
    expect(order({ ...prices, kind: "limit" })).toEqual({ ...plain, kind: "limit", limitPrice: "1.1" });
    expect(order({ ...prices, kind: "stop" })).toEqual({ ...plain, kind: "stop", stopPrice: "1.2" });
    expect(order({ ...prices, kind: "stop_limit" })).toEqual({
      ...{ ...plain, kind: "stop_limit", limitPrice: "1.1", stopPrice: "1.2" },
    });
    expect(order({ ...prices, kind: "trailing_stop" })).toEqual({
      ...{ ...plain, kind: "trailing_stop", trailing: { distance: "0.002" } },
    });
  });

  test("what protects its position", () => {
    expect(order({ stopLoss: "1.0", takeProfit: "1.3" })).toMatchObject({ stopLoss: "1.0", takeProfit: "1.3" });
    expect(order({ trailingStop: "0.001" })).toMatchObject({ trailingStop: { distance: "0.001" } });
  });

  test("that it closes only: whatever is held, or one position", () => {
    expect(order({ reduces: WHATEVER_IS_HELD })).toEqual({ ...plain, kind: "market", reduceOnly: true });
    expect(order({ reduces: "o1" })).toEqual({ ...plain, kind: "market", reduceOnly: true, positionId: "o1" });
  });

  test("how long it stands, and an order that waits never for now or never", () => {
    expect(order({ kind: "limit", timeInForce: "fok" })).toMatchObject({ timeInForce: "fok" });
    expect(order({ kind: "stop", timeInForce: "fok" })).toMatchObject({ timeInForce: "gtc" });
    const until = "2026-01-15T10:00";
    expect(order({ timeInForce: "gtd", until })).toMatchObject({ expiresAt: new Date(until).toISOString() });
    expect(order({ timeInForce: "gtd" })).not.toHaveProperty("expiresAt");
  });
});
