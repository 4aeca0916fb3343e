import { type AccountCommand, type AccountEvent, type BrokerDeal, type DataOf, magicOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { accountId } from "../account.fixture.ts";
import { account as decider } from "../index.ts";
import { at, begunAt, market, shows } from "./at-broker.fixture.ts";

const given = specify(decider);
const symbol = "EURUSD";
const begun = begunAt("hedging");
/** An order of ours that the broker took. */
const taken = (orderId: string, ticket: string, change: object = {}): AccountEvent[] => [
  {
    type: "OrderPlaced",
    data: { accountId, orderId, symbol, side: "buy", volume: "1", kind: "market", margin: "0.00", ...change },
  },
  { type: "OrderAcknowledged", data: { accountId, orderId, ticket } },
];
const deal = (change: Partial<BrokerDeal>): BrokerDeal => ({
  ...{
    ticket: "12",
    order: "11",
    position: "11",
    magic: "0",
    name: "EURUSD.r",
    symbol,
    type: 0,
    entry: 0,
    volume: "1",
  },
  ...{ price: "1.39151", profit: "0", commission: "0", fee: "0", swap: "0", timeMsc: at, ...change },
});
const settledSinceMsc = at + 60_000;
const decide = (events: readonly AccountEvent[], command: AccountCommand) =>
  decider.decide(command, events.reduce(decider.evolve, undefined as never), market);
const typesOf = (events: readonly AccountEvent[]) => events.map(({ type }) => type);

/** Long by the order `long`, short by `short`. */
const long = [...begun, ...taken("long", "11")];
const bought = [...long, ...decide(long, shows({ deals: [deal({})] }))];
const short = [...bought, ...taken("short", "21", { side: "sell", volume: "0.4" })];
const entries = [deal({}), deal({ ticket: "22", order: "21", position: "21", type: 1, volume: "0.4", price: "1.395" })];
const both = [...short, ...decide(short, shows({ deals: entries }))];

describe("a hedging account at a broker", () => {
  test("has a position for each order that opens one, named by that order", () => {
    const state = both.reduce(decider.evolve, undefined as never);
    expect([...(state?.positions.keys() ?? [])].sort()).toEqual(["long", "short"]);
    expect(both.filter(({ type }) => type === "PositionOpened").map(({ data }) => data)).toMatchObject([
      { positionId: "long", side: "buy", volume: "1" },
      { positionId: "short", side: "sell", volume: "0.4" },
    ]);
  });

  test("closes a position, or a part of it, by the deal that leaves it, and keeps the other one", () => {
    const closing = [...both, ...taken("c1", "31", { side: "sell", positionId: "long", reduceOnly: true })];
    const out = deal({ ticket: "32", order: "31", position: "11", type: 1, entry: 1, volume: "0.3", profit: "5" });
    expect(decide(closing, shows({ deals: [...entries, out] }))).toMatchObject([
      { type: "DealRecorded", data: { orderId: "c1", amount: "0.00" } },
      { type: "OrderFilled", data: { orderId: "c1", remaining: "0.7" } },
      { type: "PositionReduced", data: { positionId: "long", volume: "0.3", total: "0.7", profit: "5.00" } },
    ]);
  });

  test("takes what a stranger closed, and what the broker closed at a stop, for an order that closes the position", () => {
    const out = deal({ ticket: "32", order: "31", position: "11", type: 1, entry: 1, profit: "-7" });
    expect(decide(both, shows({ deals: [...entries, out] }))).toMatchObject([
      { type: "OrderPlaced", data: { orderId: "mt5-31", positionId: "long", reduceOnly: true, external: "31" } },
      { type: "DealRecorded" },
      { type: "OrderFilled", data: { orderId: "mt5-31" } },
      { type: "PositionClosed", data: { positionId: "long", profit: "-7.00" } },
    ]);
  });

  test("has what leaves a position that it does not know in the balance alone", () => {
    const out = deal({ ticket: "32", order: "31", position: "99", type: 1, entry: 1, profit: "-7" });
    const events = decide(both, shows({ deals: [...entries, out] }));
    expect(typesOf(events)).toEqual(["OrderPlaced", "DealRecorded", "OrderFilled"]);
    expect(events[1]).toMatchObject({ data: { amount: "-7.00" } });
  });

  test("begins with the broker's positions, each by itself, on both sides", () => {
    const row = (identifier: string, volume: string) => ({
      ...{ symbol, position: { identifier, magic: "0" }, volume, price: "1.4", stopLoss: "0", takeProfit: "0" },
    });
    const state = shows({ settledSinceMsc, positions: [row("71", "0.5"), row("72", "-0.2")] });
    expect(decide(begun.slice(0, 1), state)).toMatchObject([
      { type: "BrokerAdopted" },
      { type: "PositionReconciled", data: { positionId: "mt5-71", side: "buy", volume: "0.5", before: "0" } },
      { type: "PositionReconciled", data: { positionId: "mt5-72", side: "sell", volume: "0.2", before: "0" } },
      { type: "BalanceReconciled" },
    ]);
  });

  test("is right where the broker says that a position is smaller, or is no more", () => {
    const position = { identifier: "11", magic: "0" };
    const row = { symbol, position, volume: "0.6", price: "1.39151", stopLoss: "0", takeProfit: "0" };
    const events = decide(both, shows({ settledSinceMsc, deals: entries, positions: [row] }));
    expect(events).toMatchObject([
      { type: "PositionReconciled", data: { positionId: "long", volume: "0.6", before: "1" } },
      { type: "PositionVanished", data: { positionId: "short", side: "sell", volume: "0.4", margin: "834.91" } },
    ]);
  });

  test("finds an order that nothing was heard of by the position that it opened", () => {
    const placed = [...begun, ...taken("long", "11").slice(0, 1)];
    const magic = magicOf(accountId, "long");
    const position = { symbol, position: { identifier: "11", magic }, volume: "1", price: "1.4", stopLoss: "0" };
    expect(decide(placed, shows({ positions: [{ ...position, takeProfit: "0" }] }))).toEqual([
      { type: "OrderAcknowledged", data: { accountId, orderId: "long", ticket: "11" } },
    ]);
  });

  test("refuses an order that waits to close a position, and one that names none", () => {
    const order = { accountId, orderId: "c1", symbol, side: "sell", volume: "1", timeInForce: "gtc" } as const;
    const limit = { kind: "limit", limitPrice: "1.40000" } as const;
    given(...both)
      .when({ type: "PlaceOrder", data: { ...order, ...limit, positionId: "long", reduceOnly: true } }, market)
      .thenRefuses("VENUE_FORBIDS");
    given(...both)
      .when({ type: "ClosePosition", data: { accountId, orderId: "c1", symbol } }, market)
      .thenRefuses("POSITION_MODE_FORBIDS");
  });
});

describe("two opposite positions at a broker", () => {
  const close = { accountId, symbol, positionId: "long", by: "short", executionId: "e1" };
  const closeBy: AccountCommand = { type: "ClosePositionBy", data: close };
  const requested: AccountEvent = {
    type: "CloseByRequested",
    data: { accountId, symbol, positionId: "long", by: "short" },
  };
  const instruction = {
    accountId,
    instructionId: "i1",
    action: "close_by",
    magic: "1",
    symbol,
    positionId: "long",
  } as const;
  const data: DataOf<AccountEvent, "InstructionSent"> = {
    ...instruction,
    deadline: new Date(at + 10_000).toISOString(),
  };
  const begin: AccountCommand = { type: "BeginInstruction", data };
  const sent: AccountEvent = { type: "InstructionSent", data };
  const outs = [
    deal({
      ticket: "42",
      order: "41",
      position: "11",
      type: 1,
      entry: 3,
      volume: "0.4",
      price: "1.395",
      profit: "139.6",
    }),
    deal({ ticket: "43", order: "41", position: "21", type: 0, entry: 3, volume: "0.4", price: "1.395" }),
  ];

  test("are closed by each other when their deals are there, and not when that is asked", () => {
    given(...both)
      .when(closeBy, market)
      .thenEmits(requested);
    given(...both, requested)
      .when(closeBy, market)
      .thenEmits();
    given(...both, requested)
      .when(begin, market)
      .thenEmits(sent);
    given(...both, requested, sent)
      .when(begin, market)
      .thenRefuses("INSTRUCTION_NOT_DUE");
    expect(decide([...both, requested, sent], shows({ deals: [...entries, ...outs] }))).toMatchObject([
      { type: "InstructionResolved", data: { instructionId: "i1", outcome: "carried_out", evidence: "deal" } },
      { type: "DealRecorded", data: { amount: "0.00" } },
      { type: "PositionReduced", data: { positionId: "long", total: "0.6", profit: "139.60" } },
      { type: "DealRecorded", data: { amount: "0.00" } },
      { type: "PositionClosed", data: { positionId: "short", profit: "0.00" } },
    ]);
  });

  test("stay as they are where nothing came of it, long after", () => {
    const rows = ["11", "21"].map((identifier, index) => ({
      ...{ symbol, position: { identifier, magic: "0" }, volume: ["1", "-0.4"][index] as string },
      ...{ price: "1.39151", stopLoss: "0", takeProfit: "0" },
    }));
    const unknown: AccountEvent = { type: "InstructionUnknown", data: { accountId, instructionId: "i1", detail: "" } };
    const state = shows({ settledSinceMsc, deals: entries, positions: rows });
    expect(decide([...both, requested, sent, unknown], state)).toMatchObject([
      { type: "InstructionResolved", data: { outcome: "not_carried_out", evidence: "position" } },
    ]);
  });

  test("of one side are none", () =>
    given(...both)
      .when({ type: "ClosePositionBy", data: { ...close, by: "long" } }, market)
      .thenRefuses("NOT_OPPOSITE"));
});
