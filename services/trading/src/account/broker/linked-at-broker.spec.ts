import { type AccountCommand, type AccountEvent, type BrokerDeal, magicOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { accountId } from "../account.fixture.ts";
import { account as decider } from "../index.ts";
import { at, begunAt, market, shows } from "./at-broker.fixture.ts";

const given = specify(decider);
const symbol = "EURUSD";
const legs = {
  above: {
    orderId: "above",
    kind: "stop",
    stopPrice: "1.39200",
    ticket: "11",
    other: "below",
    type: 4,
    price: "1.392",
  },
  below: {
    orderId: "below",
    kind: "limit",
    limitPrice: "1.39000",
    ticket: "21",
    other: "above",
    type: 2,
    price: "1.39",
  },
} as const;
type Leg = keyof typeof legs;
const common = { symbol, side: "buy", volume: "1" } as const;

const place: AccountCommand = {
  type: "PlaceLinkedOrders",
  data: {
    accountId,
    orders: [legs.above, legs.below].map(({ ticket: _, other: __, type: ___, price: ____, ...order }) => ({
      ...{ ...order, ...common, timeInForce: "gtc", reduceOnly: false },
    })),
  },
};
const placed = [
  ...begunAt("netting"),
  ...decider.decide(place, begunAt("netting").reduce(decider.evolve, undefined as never), market),
];
const acknowledged = (leg: Leg): AccountEvent => ({
  type: "OrderAcknowledged",
  data: { accountId, orderId: leg, ticket: legs[leg].ticket },
});
const resting = [...placed, acknowledged("above"), acknowledged("below")];
const row = (leg: Leg) => ({
  ...{ ticket: legs[leg].ticket, magic: magicOf(accountId, leg), name: "EURUSD.r", symbol, type: legs[leg].type },
  ...{ volume: "1", remaining: "1", price: legs[leg].price, stopLimit: "0" },
});
const deal = (leg: Leg, volume = "1"): BrokerDeal => ({
  ...{
    ticket: `${legs[leg].ticket}9`,
    order: legs[leg].ticket,
    position: "1",
    magic: magicOf(accountId, leg),
    entry: 0,
  },
  ...{ name: "EURUSD.r", symbol, type: 0, volume, price: legs[leg].price, profit: "0", commission: "0", fee: "0" },
  ...{ swap: "0", timeMsc: at },
});
const decide = (events: readonly AccountEvent[], command: AccountCommand) =>
  decider.decide(command, events.reduce(decider.evolve, undefined as never), market);
const typesOf = (events: readonly AccountEvent[]) => events.map(({ type }) => type);
const cancelAsked: AccountEvent = {
  type: "OrderCancelRequested",
  data: { accountId, orderId: "above", reason: "other_filled" },
};
const filledBelow = [...resting, ...decide(resting, shows({ deals: [deal("below")], orders: [row("above")] }))];

/** The cancel of `above` was sent, and the broker refused it. */
const refused = (instructionId: string, deadline: number): AccountEvent[] => [
  {
    type: "InstructionSent",
    data: {
      ...{ accountId, instructionId, action: "cancel", magic: "1", orderId: "above" },
      deadline: new Date(deadline).toISOString(),
    },
  },
  { type: "InstructionRejected", data: { accountId, instructionId, retcode: 10_029, detail: "", reason: "venue" } },
];
const position = { symbol, volume: "1", price: "1.39", stopLoss: "0", takeProfit: "0" };
const settled = (settledSinceMsc: number) =>
  shows({ settledSinceMsc, deals: [deal("below")], orders: [row("above")], positions: [position] });

describe("linked orders at a broker", () => {
  test("are placed all or none, and none of them now or never", () => {
    expect(typesOf(placed).slice(-2)).toEqual(["OrderPlaced", "OrderPlaced"]);
    const now = { ...common, orderId: "t", kind: "limit", limitPrice: "1.39000", timeInForce: "ioc" } as const;
    const orders = [...place.data.orders.slice(0, 1), { ...now, reduceOnly: false }];
    given(...begunAt("netting"))
      .when({ type: "PlaceLinkedOrders", data: { accountId, orders } }, market)
      .thenRefuses("TIME_IN_FORCE_FORBIDDEN");
  });

  test("are cancelled by the deal of another one, also where that is a part", () => {
    expect(decide(resting, shows({ deals: [deal("below", "0.4")] })).at(-1)).toEqual(cancelAsked);
    expect(filledBelow.at(-1)).toEqual(cancelAsked);
  });

  test("that were not sent yet end at once", () => {
    const events = decide([...placed, acknowledged("below")], shows({ deals: [deal("below")] }));
    expect(events.at(-1)).toEqual({
      type: "OrderCancelled",
      data: { accountId, orderId: "above", remaining: "1", reason: "other_filled" },
    });
  });

  test("end as such once the broker has them no more", () => {
    const gone = shows({ deals: [deal("below")], settledSinceMsc: at + 60_000 });
    expect(decide(filledBelow, gone)).toContainEqual({
      type: "OrderCancelled",
      data: { accountId, orderId: "above", remaining: "1", reason: "other_filled" },
    });
  });

  test("that are filled both before the cancel gets through are both facts, and that is told", () => {
    const events = decide(filledBelow, shows({ deals: [deal("below"), deal("above")] }));
    expect(typesOf(events)).toEqual(["DealRecorded", "OrderFilled", "PositionIncreased", "LinkedOrdersFilled"]);
    expect(events.at(-1)?.data).toEqual({ accountId, orderId: "above", other: "below" });
    const again = shows({ deals: [deal("below"), deal("above")] });
    expect(decide([...filledBelow, ...events], again)).toEqual([]);
  });

  test("whose owner had asked for the cancel of one, in vain, are cancelled all the same", () => {
    const asked: AccountEvent = {
      type: "OrderCancelRequested",
      data: { accountId, orderId: "above", reason: "requested" },
    };
    const fill = decide([...resting, asked], shows({ deals: [deal("below")], orders: [row("above")] }));
    expect(typesOf(fill)).toEqual(["DealRecorded", "OrderFilled", "PositionOpened"]);
    const known = [...resting, asked, ...fill, ...refused("i1", at)];
    expect(decide(known, settled(at + 2_500))).toEqual([cancelAsked]);
  });

  test("whose cancel the broker refuses are asked for again, after pauses that grow", () => {
    const once = [...filledBelow, ...refused("i1", at)];
    expect(decide(once, settled(at + 1_500))).toEqual([]);
    expect(decide(once, settled(at + 2_500))).toEqual([cancelAsked]);
    const twice = [...once, cancelAsked, ...refused("i2", at + 10_000)];
    expect(decide(twice, settled(at + 13_500))).toEqual([]);
    expect(decide(twice, settled(at + 14_500))).toEqual([cancelAsked]);
  });
});
