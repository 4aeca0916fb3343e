import assert from "node:assert/strict";
import { type AccountCommand, canonicalJson, type JsonValue } from "@tradesage/contracts";
import fc from "fast-check";
import { afterEach, beforeEach, describe, test, vi } from "vitest";
import { type Account, type AccountState, reservedBy } from "../account/account.ts";
import { fundsOf } from "../account/funds.ts";
import { type Big, decimal, text, zero } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { play, type Step, step, symbol } from "./floor-steps.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const steps = fc.array(step, { maxLength: 80, size: "max" });
const hold = (claim: (given: Step[]) => Promise<void>) => fc.assert(fc.asyncProperty(steps, claim), { numRuns: 40 });
const shown = (state: AccountState): string => canonicalJson(JSON.parse(JSON.stringify(state ?? null)) as JsonValue);
const sum = (amounts: readonly Big[]): Big => amounts.reduce((total, amount) => total.plus(amount), zero);
const double = (value: Big): number => Number(text(value));

/** Thousands of decisions each, also on a machine that is busy with others. */
const timeout = 120_000;

describe("whatever kinds of orders a trader places, whatever the market does, and however often the venue dies", {
  timeout,
}, () => {
  test("a replay equals the live account, and the venue has the orders that the account has", () =>
    hold(async (given) => {
      const { floor, state } = await play(given);
      assert.equal(shown(floor.replayed()), shown(state));
      assert.equal(floor.venue().openOrders(), state?.orders.size);
    }));

  test("equity is balance and floating profit, free margin is what of it nothing holds, and no order is taken without", () =>
    hold(async (given) => {
      const check = (command: AccountCommand, state: Account, market: Market) => {
        const { equity, balance, used, reserved, free } = fundsOf(state, market);
        assert.ok(Math.abs(double(equity.minus(balance)) - floatingOf(state, market)) < 0.02);
        assert.equal(text(free), text(equity.minus(used).minus(reserved)));
        assert.ok(used.gte(zero) && reserved.gte(zero), `margin of ${text(used)}, reserve of ${text(reserved)}`);
        assert.equal(text(reserved), text(sum([...state.orders.values()].map((order) => reservedBy(order, "USD")))));
        if (command.type !== "PlaceOrder" && command.type !== "PlaceLinkedOrders") return;
        const placed = command.type === "PlaceOrder" ? [command.data] : command.data.orders;
        const takes = placed.some(({ orderId }) => state.orders.get(orderId)?.margin.gt(zero));
        if (takes) assert.ok(free.gte(zero), `free margin of ${text(free)}`);
      };
      const { events, state } = await play(given, check);
      const booked = events.flatMap(({ type, data }) => {
        if (type === "CommissionCharged") return [decimal(data.amount).neg()];
        if (type === "FundsDeposited") return [decimal(data.amount)];
        return "profit" in data ? [decimal(data.profit)] : [];
      });
      assert.equal(state && text(state.balance), text(sum(booked)));
    }));

  test("every volume is one that can be: of orders, of what is filled of them, of positions", () =>
    hold(async (given) => {
      const { events } = await play(given, (_, state) => {
        for (const { volume } of state.positions.values()) assert.ok(volume.gt(zero) && isWhole(volume));
        for (const { volume, remaining } of state.orders.values())
          assert.ok(remaining.gt(zero) && remaining.lte(volume) && isWhole(remaining));
      });
      const left = new Map<string, Big>();
      let held = zero;
      for (const { type, data } of events) {
        if (type === "OrderPlaced") left.set(data.orderId, decimal(data.volume));
        if (type === "OrderModified") left.set(data.orderId, decimal(data.remaining));
        if (type !== "OrderFilled") continue;
        const after = left.get(data.orderId)?.minus(decimal(data.volume)) ?? zero;
        assert.equal(text(after), data.remaining);
        left.set(data.orderId, after);
        held = data.side === "buy" ? held.plus(decimal(data.volume)) : held.minus(decimal(data.volume));
      }
      const { side, volume = zero } = (await play(given)).state?.positions.get(symbol) ?? {};
      assert.equal(text(side === "sell" ? volume.neg() : volume), text(held));
    }));

  test("of linked orders no more than one is ever filled, and what reduces only opens nothing", () =>
    hold(async (given) => {
      const { events } = await play(given);
      const filled = new Set(events.flatMap(({ type, data }) => (type === "OrderFilled" ? [data.orderId] : [])));
      const reducing = new Set<string>();
      for (const [index, { type, data }] of events.entries()) {
        if (type === "OrderPlaced") {
          const others = (data.oco ?? []).filter((id) => filled.has(id));
          if (filled.has(data.orderId)) assert.deepEqual(others, []);
          if (data.reduceOnly) reducing.add(data.orderId);
        }
        if (type !== "OrderFilled" || !reducing.has(data.orderId)) continue;
        assert.match(events[index + 1]?.type ?? "", /^Position(Reduced|Closed)$/);
        assert.notEqual(events[index + 2]?.type, "PositionOpened");
      }
    }));

  test("a stop that trails goes one way only, until its owner sets it anew", () =>
    hold(async (given) => {
      const { events } = await play(given);
      const stops = new Map<string, { readonly side: string; readonly at: number }>();
      const follow = (key: string, side: string, at: number) => {
        const before = stops.get(key);
        if (before) assert.ok(side === "sell" ? at > before.at : at < before.at);
        stops.set(key, { side, at });
      };
      for (const { type, data } of events) {
        if (type === "OrderPlaced" && data.trailing)
          stops.set(data.orderId, { side: data.side, at: Number(data.stopPrice) });
        if (type === "OrderModified" && data.trailing)
          stops.set(data.orderId, { side: stops.get(data.orderId)?.side ?? "", at: Number(data.stopPrice) });
        if (type === "OrderTrailed") follow(data.orderId, stops.get(data.orderId)?.side ?? "", Number(data.stopPrice));
        if (type !== "PositionProtected") continue;
        if (data.quote) follow(symbol, data.side === "buy" ? "sell" : "buy", Number(data.stopLoss));
        else stops.set(symbol, { side: data.side === "buy" ? "sell" : "buy", at: Number(data.stopLoss) });
      }
    }));

  test("the same orders and ticks are filled alike", () =>
    hold(async (given) => assert.deepEqual((await play(given)).events, (await play(given)).events)));
});

/** What the positions would earn now, computed another way: in doubles, good to a cent. */
function floatingOf({ positions }: Account, market: Market): number {
  let floating = 0;
  for (const [held, { side, volume, averagePrice }] of positions) {
    const { bid = 0, ask = 0 } = market.quote(held) ?? {};
    const gain = side === "buy" ? bid - double(averagePrice) : double(averagePrice) - ask;
    floating += gain * double(volume) * 100_000;
  }
  return floating;
}

const isWhole = (volume: Big): boolean => volume.mod(decimal("0.01")).eq(zero);
