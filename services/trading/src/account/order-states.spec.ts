import { readFileSync } from "node:fs";
import type { AccountCommand, AccountEvent, OrderKind } from "@tradesage/contracts";
import { Refused } from "@tradesage/contracts";
import { fold } from "@tradesage/decider";
import { expect, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, funded } from "./account.fixture.ts";
import { account } from "./index.ts";

const [orderId, symbol] = ["o1", "EURUSD"];
const order = { accountId, orderId };
const market = marketOf([eurusd, 1.39148, 1.39151]);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: market.at };
const lower = { bid: "1.39100", ask: "1.39103", timeMsc: market.at };

const prices = { limit: { limitPrice: "1.39000" }, stop: { stopPrice: "1.39200" } };
const placed = (kind: OrderKind): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ ...order, symbol, side: "buy", volume: "1", kind, margin: "0.00" },
    ...(kind.includes("limit") && prices.limit),
    ...(kind.includes("stop") && prices.stop),
    ...(kind === "trailing_stop" && { trailing: { distance: "0.00049", step: "0.00001" } }),
  },
});
const cancelled: AccountEvent = { type: "OrderCancelled", data: { ...order, remaining: "1", reason: "requested" } };
const filled: AccountEvent = {
  type: "OrderFilled",
  data: { ...order, symbol, side: "buy", volume: "1", executionId: "x0", price: "1.39151", remaining: "0", quote },
};

/** How an order comes to be in each state. */
const states: Readonly<Record<string, readonly AccountEvent[]>> = {
  "never placed": [],
  market: [placed("market")],
  limit: [placed("limit")],
  stop: [placed("stop")],
  stop_limit: [placed("stop_limit")],
  trailing_stop: [placed("trailing_stop")],
  triggered: [placed("stop_limit"), { type: "OrderTriggered", data: { ...order, quote } }],
  filled: [placed("market"), filled],
  cancelled: [placed("market"), cancelled],
};

const commands: Readonly<Record<string, (volume: string) => AccountCommand>> = {
  ModifyOrder: () => ({ type: "ModifyOrder", data: { ...order, volume: "2" } }),
  CancelOrder: () => ({ type: "CancelOrder", data: order }),
  TriggerOrder: () => ({ type: "TriggerOrder", data: { ...order, quote } }),
  TrailOrder: () => ({ type: "TrailOrder", data: { ...order, from: "1.39200", quote: lower } }),
  ExpireOrder: () => ({ type: "ExpireOrder", data: { ...order, reason: "expired" } }),
  RecordExecution: (volume) => ({
    type: "RecordExecution",
    data: { ...order, executionId: "x1", volume, price: "1.39000", quote },
  }),
};

/** The state that an order is in, in the words of the table. */
function stateOf(events: readonly AccountEvent[]): string {
  const state = fold(account, events);
  const open = state?.orders.get(orderId);
  if (open) return open.triggered ? "triggered" : open.kind;
  return events.some(({ type }) => type === "OrderFilled") ? "filled" : "cancelled";
}

function outcome(history: readonly AccountEvent[], command: AccountCommand): string {
  try {
    const events = account.decide(command, fold(account, [...funded, ...history]), market);
    return events.length === 0 ? "nothing" : `→ ${stateOf([...funded, ...history, ...events])}`;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

test("every command in every state does what the table in docs/orders.md says", () => {
  const text = readFileSync(new URL("../../../../docs/orders.md", import.meta.url), "utf8");
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const table = text.slice(text.indexOf("| state \\ command")).split("\n\n")[0]?.split("\n") ?? [];
  const [head = "", , ...lines] = table;
  const written = Object.fromEntries(lines.map((line) => [cells(line)[0], cells(line).slice(1)]));
  expect(cells(head).slice(1)).toEqual(Object.keys(commands));
  const decided = Object.entries(states).map(([name, history]) => [
    name,
    Object.entries(commands).map(([command, make]) => {
      const whole = outcome(history, make("1"));
      if (command !== "RecordExecution" || whole !== "→ filled") return whole;
      // A part leaves the order where it was.
      expect(outcome(history, make("0.4"))).toBe(`→ ${name}`);
      return "→ filled, or less is left";
    }),
  ]);
  expect(Object.fromEntries(decided)).toEqual(written);
});
