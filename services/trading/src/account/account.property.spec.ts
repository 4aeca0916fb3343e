import assert from "node:assert/strict";
import {
  type AccountCommand,
  type AccountEvent,
  bookingOf,
  canonicalJson,
  entriesOf,
  type JsonValue,
  type LedgerAccount,
  type PositionMode,
  Refused,
  type Side,
} from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Big, decimal, text, zero } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { eurusd, marketOf, usdjpy } from "../calculation/market-of.fixture.ts";
import { accountCodec } from "../snapshots/account-codec.ts";
import { accountId } from "./account.fixture.ts";
import { type Account, type AccountState, neverClosed, reservedBy } from "./account.ts";
import { account } from "./index.ts";
import { nameOf } from "./position-name.ts";

const costly = { ...eurusd, swapMode: "points", swapLong: "-7.2", swapShort: "2.1" } as const;
const symbols = [costly, usdjpy] as const;
const plain = { kind: "market", timeInForce: "gtc", reduceOnly: false } as const;
const open = (mode: PositionMode): AccountCommand => ({
  type: "OpenAccount",
  data: { accountId, currency: "USD", leverage: 100, mode, venue: "paper" },
});

/** Every execution costs something. */
const terms: AccountCommand = {
  type: "SetPaperTerms",
  data: {
    ...{ accountId, latencyMs: 0, latencyJitterMs: 0, seed: "", slippage: { model: "none" } },
    commission: { model: "per_lot", amount: "3.50" },
  },
};

/** What a trader and the market may do next. Prices wander; orders and executions are named by small numbers. */
const step = fc.oneof(
  fc.record({
    act: fc.constant("pay" as const),
    type: fc.constantFrom(
      "Deposit" as const,
      "Deposit" as const,
      "Withdraw" as const,
      "GiveCredit" as const,
      "TakeCredit" as const,
    ),
    cents: fc.integer({ min: 1, max: 4_000_00 }),
  }),
  fc.record({
    act: fc.constant("close" as const),
    position: fc.integer({ min: 0, max: 9 }),
    by: fc.option(fc.integer({ min: 0, max: 9 })),
    order: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ act: fc.constant("night" as const), day: fc.integer({ min: 10, max: 30 }) }),
  fc.record({ act: fc.constant("adjust" as const), cents: fc.integer({ min: -100_00, max: 100_00 }) }),
  fc.record({
    act: fc.constant("quote" as const),
    eur: fc.integer({ min: 130_000, max: 150_000 }),
    jpy: fc.integer({ min: 95_000, max: 110_000 }),
  }),
  fc.record({
    act: fc.constant("place" as const),
    order: fc.integer({ min: 1, max: 40 }),
    on: fc.constantFrom(0, 1),
    side: fc.constantFrom("buy" as const, "sell" as const),
    // Few volumes, so that positions are often closed to nothing.
    hundredths: fc.constantFrom(1, 100, 100, 200, 500),
  }),
  fc.record({ act: fc.constant("cancel" as const), order: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    act: fc.constant("execute" as const),
    order: fc.integer({ min: 1, max: 40 }),
    execution: fc.integer({ min: 1, max: 1000 }),
    part: fc.constantFrom(1, 1, 2, 3),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Run {
  readonly events: readonly AccountEvent[];
  readonly state: AccountState;
}

/** Plays steps against the decider; refused ones change nothing. `check` sees every accepted command. */
function play(
  steps: readonly Step[],
  check: (command: AccountCommand, state: Account, market: Market) => void = () => {},
  mode: PositionMode = "netting",
): Run {
  let market = marketOf([costly, 1.39148, 1.39151], [usdjpy, 101.62, 101.625]);
  let state = account.initialState;
  const events: AccountEvent[] = [];
  const send = (command: AccountCommand) => {
    try {
      const emitted = account.decide(command, state, market);
      state = emitted.reduce(account.evolve, state);
      events.push(...emitted);
    } catch (error) {
      if (error instanceof Refused) return;
      throw error;
    }
    if (state) check(command, state, market);
  };
  const orders = () => state?.orders;
  send(open(mode));
  send(terms);
  for (const next of steps) {
    switch (next.act) {
      case "pay":
        send({ type: next.type, data: { accountId, amount: (next.cents / 100).toFixed(2) } });
        break;
      case "close": {
        const held = [...(state?.positions.values() ?? [])];
        const [position, by] = [held[next.position], held[next.by ?? -1]];
        if (!position) break;
        const name = { accountId, ...nameOf(position) };
        const { positionId, symbol } = position;
        if (positionId === undefined || by?.positionId === undefined)
          send({ type: "ClosePosition", data: { ...name, orderId: `o${next.order}` } });
        else
          send({
            type: "ClosePositionBy",
            data: { accountId, symbol, positionId, by: by.positionId, executionId: `by-x${next.order}` },
          });
        break;
      }
      case "night": {
        const openedBy = state?.positions.get("EURUSD")?.openedBy ?? "none";
        const night = `2026-01-${next.day}`;
        send({ type: "ChargeSwap", data: { accountId, symbol: "EURUSD", openedBy, night, at: `${night}T22:00:00Z` } });
        break;
      }
      case "adjust":
        send({ type: "AdjustBalance", data: { accountId, amount: (next.cents / 100).toFixed(2), reason: "a test" } });
        break;
      case "quote":
        market = marketOf(
          [costly, next.eur / 1e5, (next.eur + 3) / 1e5],
          [usdjpy, next.jpy / 1e3, (next.jpy + 5) / 1e3],
        );
        break;
      case "place": {
        const { symbol } = next.on === 0 ? eurusd : usdjpy;
        const volume = (next.hundredths / 100).toFixed(2);
        send({
          type: "PlaceOrder",
          data: { accountId, orderId: `o${next.order}`, symbol, side: next.side, volume, ...plain },
        });
        break;
      }
      case "cancel":
        send({ type: "CancelOrder", data: { accountId, orderId: `o${next.order}` } });
        break;
      case "execute": {
        // Mostly an order that is open, now and then one that never was.
        const open = orders()?.keySeq().toArray() ?? [];
        const orderId = open[next.order % (open.length + 1)] ?? "o99";
        const order = orders()?.get(orderId);
        const instrument = symbols.find(({ symbol }) => symbol === order?.symbol) ?? eurusd;
        const quote = market.quote(instrument.symbol);
        assert.ok(quote);
        const [bid, ask] = [quote.bid.toFixed(instrument.digits), quote.ask.toFixed(instrument.digits)];
        const whole = order?.remaining ?? decimal("1");
        const part = next.part === 1 ? whole : whole.div(decimal(String(next.part))).round(2);
        const volume = text(part.gt(zero) ? part : whole);
        const price = order?.side === "sell" ? bid : ask;
        send({
          type: "RecordExecution",
          data: {
            ...{ accountId, orderId, executionId: `${orderId}-x${next.execution}`, volume, price },
            quote: { bid, ask, timeMsc: quote.timeMsc },
          },
        });
      }
    }
  }
  return { events, state };
}

// Long runs, or nearly nothing is ever bought.
const steps = fc.array(step, { maxLength: 100, size: "max" });
const mode = fc.constantFrom<PositionMode>("netting", "hedging");
const holdInBothModes = (claim: (given: Step[], mode: PositionMode) => void) =>
  fc.assert(fc.property(steps, mode, claim), { numRuns: 200 });
const hold = (claim: (given: Step[]) => void) => fc.assert(fc.property(steps, claim), { numRuns: 200 });
const sum = (amounts: readonly string[]) => text(amounts.reduce((total, amount) => total.plus(decimal(amount)), zero));

describe("whatever a trader and the market do", () => {
  test("a replay of the events equals the live account", () =>
    holdInBothModes((given, mode) => {
      const { events, state } = play(given, undefined, mode);
      const asStored = JSON.parse(JSON.stringify(events)) as AccountEvent[];
      assert.equal(shown(fold(account, asStored)), shown(state));
    }));

  test("the ledger's transactions sum to zero, and its cash and credit are the account's", () =>
    holdInBothModes((given, mode) => {
      const { events, state } = play(given, undefined, mode);
      const entries = events.flatMap((event) => {
        const booking = bookingOf(event);
        return booking ? [entriesOf(booking)] : [];
      });
      for (const transaction of entries) assert.equal(sum(transaction.map(({ amount }) => amount)), "0");
      const booked = (name: LedgerAccount) =>
        sum(entries.flat().flatMap(({ account, amount }) => (account === name ? [amount] : [])));
      assert.equal(booked("cash"), state && text(state.balance));
      assert.equal(booked("credit"), state && text(state.credit));
    }));

  test("a withdrawal leaves the credit free and the balance at zero or above", () =>
    holdInBothModes((given, mode) => {
      play(
        given,
        ({ type }, state, market) => {
          if (type !== "Withdraw") return;
          assert.ok(state.balance.gte(zero));
          assert.ok(roughlyFree(state, market) > double(state.credit) - 0.1);
        },
        mode,
      );
    }));

  test("a position is the sum of the signed fills, at any time", () =>
    hold((given) => {
      const { events } = play(given);
      const sums = new Map<string, Big>();
      let state: AccountState;
      for (const [index, event] of events.entries()) {
        state = account.evolve(state, event);
        if (event.type === "OrderFilled") {
          const { symbol, side, volume } = event.data;
          const signed = side === "buy" ? decimal(volume) : decimal(volume).neg();
          sums.set(symbol, (sums.get(symbol) ?? zero).plus(signed));
        }
        // The events of one execution come together: the fill, then what it does to the position.
        if (events[index + 1]?.type.startsWith("Position")) continue;
        for (const [symbol, signed] of sums) {
          const { side, volume } = state?.positions.get(symbol) ?? { side: "buy", volume: zero };
          assert.equal(text(side === "sell" ? volume.neg() : volume), text(signed));
        }
      }
    }));

  test("hedged positions of an instrument are, net, the sum of the signed fills, and one order never holds two", () =>
    hold((given) => {
      const { events, state } = play(given, undefined, "hedging");
      const signed = (side: Side, volume: Big) => (side === "buy" ? volume : volume.neg());
      const filled = events.reduce(
        (sum, event) =>
          event.type === "OrderFilled" ? sum.plus(signed(event.data.side, decimal(event.data.volume))) : sum,
        zero,
      );
      const held = state?.positions.reduce((sum, { side, volume }) => sum.plus(signed(side, volume)), zero) ?? zero;
      assert.equal(text(held), text(filled));
      for (const [key, { positionId }] of state?.positions ?? []) assert.equal(key, positionId);
    }));

  test("each execution is of one trade where positions are hedged, else of the one that it ends and the one it begins", () =>
    holdInBothModes((given, mode) => {
      const { events } = play(given, undefined, mode);
      const trades = tradesOf(events);
      for (const event of events) {
        if (event.type !== "OrderFilled") continue;
        const parts = trades.flat().filter(({ data }) => data.executionId === event.data.executionId);
        assert.equal(sum(parts.map(({ data }) => data.volume)), text(decimal(event.data.volume)));
        const isTurn = mode === "netting" && parts.length === 2;
        assert.ok(parts.length === 1 || (isTurn && parts[0]?.type === "PositionClosed" && isOpening(parts[1])));
      }
    }));

  test("what comes out of a closed trade is what went in, and of another what is held is missing", () =>
    holdInBothModes((given, mode) => {
      const { events, state } = play(given, undefined, mode);
      const left = new Map<string, string>();
      for (const trade of tradesOf(events)) {
        const open = sum(trade.map(({ type, data }) => (isEntry(type) ? data.volume : `-${data.volume}`)));
        const isClosed = trade.at(-1)?.type === "PositionClosed";
        if (isClosed) assert.equal(open, "0");
        else left.set(nameIn(trade[0]), open);
      }
      const held = [...(state?.positions ?? [])].map(([name, { volume }]) => [name, text(volume)] as const);
      assert.deepEqual(left, new Map(held));
    }));

  test("what trades have earned is what the ledger has of trading", () =>
    holdInBothModes((given, mode) => {
      const { events } = play(given, undefined, mode);
      const earned = tradesOf(events).flatMap((trade) =>
        trade.flatMap(({ data }) => ("profit" in data ? [data.profit] : [])),
      );
      const booked = events.flatMap((event) => {
        const booking = bookingOf(event);
        return booking?.credit === "trading_result" ? [booking.amount] : [];
      });
      assert.equal(sum(earned), sum(booked));
    }));

  test("an accepted order leaves the free margin at zero or above, at the quote at which it was accepted", () =>
    holdInBothModes((given, mode) => {
      play(
        given,
        (command, state, market) => {
          if (command.type !== "PlaceOrder") return;
          const margin = state.orders.get(command.data.orderId)?.margin ?? zero;
          if (margin.gt(zero)) assert.ok(roughlyFree(state, market) > -0.1);
        },
        mode,
      );
    }));

  test("no order is filled beyond its volume, and none that is closed comes back", () =>
    holdInBothModes((given, mode) => {
      const { events } = play(given, undefined, mode);
      const left = new Map<string, string>();
      for (const event of events) {
        if (event.type === "OrderPlaced") {
          assert.ok(!left.has(event.data.orderId));
          left.set(event.data.orderId, event.data.volume);
        }
        if (event.type === "OrderFilled") {
          const before = decimal(left.get(event.data.orderId) ?? "0");
          assert.equal(text(before.minus(decimal(event.data.volume))), event.data.remaining);
          left.set(event.data.orderId, event.data.remaining);
        }
        if (event.type === "OrderCancelled") left.set(event.data.orderId, "0");
      }
    }));

  test("what is reserved is what the open orders reserve, and nothing that is not open holds anything", () =>
    holdInBothModes((given, mode) => {
      const { state } = play(given, undefined, mode);
      const reserved =
        state?.orders
          .valueSeq()
          .map((order) => text(reservedBy(order, "USD")))
          .toArray() ?? [];
      assert.equal(state && text(state.reserved), sum(reserved));
      for (const position of state?.positions.values() ?? []) assert.ok(position.volume.gt(zero));
      for (const order of state?.orders.values() ?? []) assert.ok(order.remaining.gt(zero));
    }));

  test("a snapshot taken anywhere, and the events behind it, give the account that the whole history gives", () => {
    const property = fc.asyncProperty(steps, fc.nat(), async (given, any) => {
      const { events, state } = play(given);
      const cut = any % (events.length + 1);
      const before = fold(account, events.slice(0, cut));
      const pieces = JSON.stringify([...accountCodec.encode(before)]);
      const read = await accountCodec.decode(
        (async function* () {
          yield* JSON.parse(pieces) as JsonValue[];
        })(),
      );
      expect(closedTogether(read)).toEqual(closedTogether(before));
      const again = events.slice(cut).reduce(account.evolve, read);
      assert.equal(shown(closedTogether(again)), shown(closedTogether(state)));
    });
    return fc.assert(property, { numRuns: 60 });
  });
});

type Change = Extract<
  AccountEvent,
  { type: "PositionOpened" | "PositionIncreased" | "PositionReduced" | "PositionClosed" }
>;
const isEntry = (type: Change["type"]) => type === "PositionOpened" || type === "PositionIncreased";
const isOpening = (change: Change | undefined) => change?.type === "PositionOpened";
const nameIn = (change: Change | undefined) => change?.data.positionId ?? change?.data.symbol ?? "";

/** The changes of positions, parted into trades: each from an opening to the close of the position of that name. */
function tradesOf(events: readonly AccountEvent[]): readonly (readonly Change[])[] {
  const trades: Change[][] = [];
  const open = new Map<string, Change[]>();
  for (const event of events) {
    if (!("executionId" in event.data) || !event.type.startsWith("Position")) continue;
    const change = event as Change;
    const name = nameIn(change);
    const trade = isOpening(change) ? [] : open.get(name);
    assert.ok(trade, `${change.type} of ${name}, which is not open`);
    if (isOpening(change)) {
      assert.ok(!open.has(name), `${name} is opened twice`);
      trades.push(trade);
      open.set(name, trade);
    }
    trade.push(change);
    if (change.type === "PositionClosed") open.delete(name);
  }
  return trades;
}

/** Orders that were closed before a snapshot and those since, as one. */
function closedTogether(state: AccountState): AccountState {
  if (!state) return state;
  const closed = [...state.closedBefore, ...state.closedOrders].sort();
  return { ...state, ...neverClosed, closedOrders: neverClosed.closedOrders.union(closed) };
}

/** The free margin of an account in dollars, computed another way: in doubles, good to some cents. */
function roughlyFree(state: Account, market: Market): number {
  let free = double(state.balance) + double(state.credit);
  for (const margin of state.hedged.values()) free -= double(margin);
  for (const { symbol, side, volume, averagePrice, margin } of state.positions.values()) {
    const { bid = 0, ask = 0 } = market.quote(symbol) ?? {};
    const gain = (side === "buy" ? bid - double(averagePrice) : double(averagePrice) - ask) * double(volume) * 100_000;
    free += (symbol === "USDJPY" ? gain / (gain > 0 ? ask : bid) : gain) - double(margin);
  }
  for (const { margin, remaining, volume } of state.orders.values()) {
    free -= (double(margin) * double(remaining)) / double(volume);
  }
  return free;
}

const double = (value: Big): number => Number(text(value));
const shown = (state: AccountState): string => canonicalJson(JSON.parse(JSON.stringify(state ?? null)) as JsonValue);
