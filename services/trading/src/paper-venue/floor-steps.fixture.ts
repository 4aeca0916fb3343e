import type { AccountEvent, JsonObject } from "@tradesage/contracts";
import fc from "fast-check";
import { vi } from "vitest";
import type { AccountState } from "../account/account.ts";
import { accountId, type Floor, openFloor } from "./floor.fixture.ts";

export const symbol = "EURUSD";
const points = (max: number) => fc.integer({ min: 1, max });
const orderNumber = fc.integer({ min: 0, max: 30 });
const order = fc.record({
  side: fc.constantFrom("buy", "sell"),
  kind: fc.constantFrom("market", "limit", "stop", "stop_limit", "trailing_stop"),
  // Few volumes, so that positions are often closed to nothing.
  volume: fc.constantFrom("0.01", "1.00", "1.00", "2.00"),
  away: points(400),
  timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "gtd", "ioc", "fok"),
  reduceOnly: fc.constantFrom(false, false, true),
  stops: fc.constantFrom("none", "none", "loss", "profit", "trailing"),
});

/** What a trader, the market and the machine may do next. Orders are named by small numbers, prices by their distance. */
export const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant("tick" as const),
      by: fc.integer({ min: -150, max: 150 }),
      spread: points(20),
    }),
  },
  { weight: 6, arbitrary: fc.record({ act: fc.constant("place" as const), id: orderNumber, order }) },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant("link" as const),
      id: orderNumber,
      orders: fc.array(order, { minLength: 2, maxLength: 3 }),
    }),
  },
  fc.record({
    act: fc.constant("modify" as const),
    id: orderNumber,
    away: points(400),
    volume: fc.constantFrom(undefined, "1.50"),
  }),
  fc.record({ act: fc.constant("cancel" as const), id: orderNumber }),
  fc.record({ act: fc.constant("close" as const), id: orderNumber, volume: fc.constantFrom(undefined, "0.50") }),
  fc.record({
    act: fc.constant("protect" as const),
    stops: fc.constantFrom("none", "loss", "profit", "trailing"),
    away: points(400),
  }),
  fc.record({ act: fc.constant("deposit" as const), cents: points(2_000_00) }),
  fc.record({ act: fc.constant("pass" as const), ms: fc.constantFrom(1, 100, 1000) }),
  fc.record({ act: fc.constant("restart" as const) }),
  fc.record({
    act: fc.constant("terms" as const),
    latencyMs: fc.constantFrom(0, 50),
    depth: fc.constantFrom(undefined, "0.40"),
    slippage: fc.constantFrom({ model: "none" }, { model: "random", ticks: 5 }),
    commission: fc.constantFrom({ model: "none" }, { model: "per_lot", amount: "3.50" }),
  }),
);
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
type Order = typeof order extends fc.Arbitrary<infer Value> ? Value : never;

const priced = (points: number) => (points / 1e5).toFixed(5);

/** The stops of a position on this side, `away` from a price. */
function stopsOf(kind: string, side: string, at: number, away: number): JsonObject {
  const sign = side === "buy" ? 1 : -1;
  if (kind === "loss") return { stopLoss: priced(at - sign * away) };
  if (kind === "profit") return { takeProfit: priced(at + sign * away) };
  return kind === "trailing" ? { trailingStop: { distance: priced(away) } } : {};
}

/** A request that is mostly a good one. */
function request(
  orderId: string,
  { side, kind, volume, away, timeInForce, reduceOnly, stops }: Order,
  mid: number,
): JsonObject {
  const towards = side === "buy" ? 1 : -1;
  const waits = kind !== "market" && kind !== "limit";
  const limit = kind === "stop_limit" ? mid + towards * (away + 10) : mid - towards * away;
  return {
    ...{ orderId, symbol, side, kind, volume, reduceOnly },
    ...((kind === "limit" || kind === "stop_limit") && { limitPrice: priced(limit) }),
    ...((kind === "stop" || kind === "stop_limit") && { stopPrice: priced(mid + towards * (away + 30)) }),
    ...(kind === "trailing_stop" && { trailing: { distance: priced(away) } }),
    timeInForce: waits && timeInForce.length === 3 && timeInForce !== "gtd" ? "gtc" : timeInForce,
    ...(timeInForce === "gtd" && { expiresAt: new Date(Date.now() + 500).toISOString() }),
    ...stopsOf(
      stops,
      side,
      kind === "limit" || kind === "stop_limit" ? limit : mid + (waits ? towards * away : 0),
      away + 60,
    ),
  };
}

interface Run {
  readonly floor: Floor;
  readonly events: readonly AccountEvent[];
  readonly state: AccountState;
}

/** Plays steps; refused ones change nothing. `check` sees every decision, and where it led. */
export async function play(
  steps: readonly Step[],
  check: Parameters<typeof openFloor>[0] = () => undefined,
): Promise<Run> {
  vi.setSystemTime(1_399_500_000_000);
  const floor = openFloor(check);
  let mid = 139_148;
  const tick = (spread: number) => floor.tick(mid / 1e5, (mid + spread) / 1e5);
  const named = (id: number) => {
    const open = floor.state()?.orders.keySeq().toArray() ?? [];
    return open[id % (open.length + 1)] ?? "o99";
  };
  await floor.send("OpenAccount", { accountId });
  await floor.send("Deposit", { accountId, amount: "3000.00" });
  await tick(3);
  for (const [index, next] of steps.entries()) {
    switch (next.act) {
      case "tick":
        mid += next.by;
        vi.setSystemTime(Date.now() + 1);
        await tick(next.spread);
        break;
      case "place":
        await floor.send("PlaceOrder", { accountId, ...request(`o${next.id}`, next.order, mid) });
        break;
      case "link": {
        const orders = next.orders.map((order, leg) => request(`l${next.id}-${index}-${leg}`, order, mid));
        await floor.send("PlaceLinkedOrders", { accountId, orders });
        break;
      }
      case "modify": {
        const orderId = named(next.id);
        const { kind, side } = floor.state()?.orders.get(orderId) ?? {};
        const towards = side === "buy" ? 1 : -1;
        const changes =
          kind === "trailing_stop"
            ? { trailing: { distance: priced(next.away) } }
            : kind === "limit"
              ? { limitPrice: priced(mid - towards * next.away) }
              : { stopPrice: priced(mid + towards * (next.away + 30)) };
        await floor.send("ModifyOrder", {
          accountId,
          orderId,
          ...changes,
          ...(next.volume && { volume: next.volume }),
        });
        break;
      }
      case "cancel":
        await floor.send("CancelOrder", { accountId, orderId: named(next.id) });
        break;
      case "close": {
        const close = { accountId, orderId: `c${next.id}`, symbol, ...(next.volume && { volume: next.volume }) };
        await floor.send("ClosePosition", close);
        break;
      }
      case "protect": {
        const side = floor.state()?.positions.get(symbol)?.side ?? "buy";
        await floor.send("ProtectPosition", { accountId, symbol, ...stopsOf(next.stops, side, mid, next.away + 30) });
        break;
      }
      case "deposit":
        await floor.send("Deposit", { accountId, amount: (next.cents / 100).toFixed(2) });
        break;
      case "pass":
        await floor.pass(next.ms);
        break;
      case "restart":
        await floor.restart();
        break;
      case "terms": {
        const { act, depth, ...terms } = next;
        await floor.send("SetPaperTerms", { accountId, ...terms, ...(depth && { depth }), seed: "s" });
      }
    }
  }
  await floor.pass(100);
  return { floor, events: floor.events(), state: floor.state() };
}
