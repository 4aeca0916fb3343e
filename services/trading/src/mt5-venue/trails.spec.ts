import type { AccountEvent } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { accountId } from "../account/account.fixture.ts";
import { begunAt } from "../account/broker/at-broker.fixture.ts";
import { account as decider } from "../account/index.ts";
import { createTrails } from "./trails.ts";

const symbol = "EURUSD";
const trailing: AccountEvent[] = [
  ...begunAt("netting"),
  {
    type: "PositionReconciled",
    data: { accountId, symbol, side: "buy", volume: "1", averagePrice: "1.39000", margin: "1390.00", before: "0" },
  },
  {
    type: "PositionProtected",
    data: {
      accountId,
      symbol,
      side: "buy",
      stopLoss: "1.38900",
      trailingStop: { distance: "0.00200", step: "0.00020" },
    },
  },
];
const movedTo = (stopLoss: string): AccountEvent => ({
  type: "PositionProtected",
  data: { accountId, symbol, side: "buy", stopLoss, trailingStop: { distance: "0.00200", step: "0.00020" } },
});

function watch() {
  let [now, bid] = [1000, 1.391];
  const trails = createTrails(
    () => ({ bid, ask: bid + 0.00003, timeMsc: now, receivedAt: now }),
    () => now,
  );
  return (events: readonly AccountEvent[], at: number, price: number) => {
    [now, bid] = [at, price];
    const state = events.reduce(decider.evolve, undefined as never);
    if (!state?.broker) throw new Error("the account is at no broker");
    return trails.due(state, state.broker).map(({ data: { from, quote } }) => [from, quote.bid]);
  };
}

test("a stop is to follow once it would move by a step, and not more than once a second", () => {
  const due = watch();
  expect(due(trailing, 1000, 1.39119)).toEqual([]);
  expect(due(trailing, 1500, 1.3912)).toEqual([["1.389", "1.3912"]]);
  expect(due([...trailing, movedTo("1.38920")], 2000, 1.392)).toEqual([]);
  expect(due([...trailing, movedTo("1.38920")], 2500, 1.392)).toEqual([["1.3892", "1.392"]]);
});

test("a stop that a broker did not move is asked for again after half a minute", () => {
  const due = watch();
  expect(due(trailing, 1000, 1.392)).toHaveLength(1);
  expect(due(trailing, 30_999, 1.393)).toEqual([]);
  expect(due(trailing, 31_000, 1.393)).toHaveLength(1);
});

test("a stop order that trails is to follow once the broker has it, until its stop is reached", () => {
  const order = { accountId, orderId: "o1" };
  const placed: AccountEvent[] = [
    ...begunAt("netting"),
    {
      type: "OrderPlaced",
      data: {
        ...{ ...order, symbol, side: "buy", volume: "1", kind: "trailing_stop", stopPrice: "1.39303", margin: "0.00" },
        trailing: { distance: "0.00200", step: "0.00020" },
      },
    },
  ];
  const resting: AccountEvent[] = [...placed, { type: "OrderAcknowledged", data: { ...order, ticket: "4711" } }];
  const part: AccountEvent = {
    type: "OrderFilled",
    data: {
      ...{ ...order, symbol, side: "buy", volume: "0.5", executionId: "mt5-1", price: "1.39303", remaining: "0.5" },
    },
  };
  const due = watch();
  expect(due(placed, 1000, 1.3908)).toEqual([]);
  expect(due(resting, 1000, 1.39081)).toEqual([]);
  expect(due([...resting, part], 1000, 1.3908)).toEqual([]);
  expect(due(resting, 1000, 1.3908)).toEqual([["1.39303", "1.3908"]]);
  expect(due(resting, 2000, 1.3907)).toEqual([]);
});

test("of a stop that is on its way nothing more is asked", () => {
  const asked: AccountEvent = { type: "ProtectionRequested", data: { accountId, symbol, stopLoss: "1.38950" } };
  expect(watch()([...trailing, asked], 1000, 1.393)).toEqual([]);
});
