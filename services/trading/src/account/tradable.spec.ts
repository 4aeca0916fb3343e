import {
  type AccountCommand,
  type AccountEvent,
  completeInstrument,
  type DataOf,
  type InstrumentChanges,
  type RefusalCode,
} from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, deposited, opened } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: 1_399_500_000_000 };
const order = { accountId, symbol: "EURUSD", volume: "1" };
const rich = [opened(), deposited("100000.00")];
const holdsOne: AccountEvent[] = [
  ...rich,
  { type: "OrderPlaced", data: { ...order, orderId: "o1", side: "buy", kind: "market", margin: "1391.51" } },
  {
    type: "OrderFilled",
    data: { ...order, orderId: "o1", side: "buy", executionId: "x1", price: "1.39151", remaining: "0", quote },
  },
  {
    type: "PositionOpened",
    data: { ...order, side: "buy", executionId: "x1", price: "1.39151", margin: "1391.51" },
  },
];
type Terms = Partial<DataOf<AccountCommand, "PlaceOrder">>;
const place = (changes: Terms): AccountCommand => ({
  type: "PlaceOrder",
  data: { ...order, orderId: "o2", side: "buy", kind: "market", timeInForce: "gtc", reduceOnly: false, ...changes },
});
const close: AccountCommand = { type: "ClosePosition", data: { accountId, orderId: "o2", symbol: "EURUSD" } };
const limit = { kind: "limit", limitPrice: "1.30000" } as const;

/** What the order comes to; the market is of Wednesday, 2014-05-07 22:00 UTC. */
const answer = (
  history: AccountEvent[],
  command: AccountCommand,
  changes: InstrumentChanges,
): RefusalCode | "taken" => {
  const market = marketOf([completeInstrument(eurusd, changes), 1.39148, 1.39151]);
  const sent = given(...history).when(command, market);
  try {
    sent.thenEmits();
  } catch (error) {
    return (error as { code?: string }).code === "ERR_ASSERTION" ? "taken" : (error as { code: RefusalCode }).code;
  }
  throw new Error("an order emits something, or is refused");
};
const sell: Terms = { side: "sell" };
const session = (from: string, to: string): InstrumentChanges => ({ sessions: [{ day: "wednesday", from, to }] });

describe("an instrument takes", () => {
  test.each<[string, AccountEvent[], AccountCommand, InstrumentChanges, RefusalCode | "taken"]>([
    ["an order in a session", rich, place({}), session("21:00", "23:00"), "taken"],
    ["no order out of it", rich, place({}), session("09:00", "17:00"), "SESSION_CLOSED"],
    ["no closing out of it", holdsOne, close, session("09:00", "17:00"), "SESSION_CLOSED"],
    ["nothing where it is disabled", holdsOne, close, { tradeMode: "disabled" }, "TRADE_MODE_FORBIDS"],
    ["no opening where it is closed only", rich, place({}), { tradeMode: "close_only" }, "TRADE_MODE_FORBIDS"],
    ["a closing where it is closed only", holdsOne, close, { tradeMode: "close_only" }, "taken"],
    ["a buy where it is long only", rich, place({}), { tradeMode: "long_only" }, "taken"],
    ["no sell where it is long only", holdsOne, place(sell), { tradeMode: "long_only" }, "TRADE_MODE_FORBIDS"],
    ["a closing where it is long only", holdsOne, close, { tradeMode: "long_only" }, "taken"],
    ["a sell where it is short only", rich, place(sell), { tradeMode: "short_only" }, "taken"],
    ["no buy where it is short only", rich, place({}), { tradeMode: "short_only" }, "TRADE_MODE_FORBIDS"],
    ["no opening without a formula", rich, place({}), { calculationMode: "none" }, "TRADE_MODE_FORBIDS"],
    ["a closing without a formula", holdsOne, close, { calculationMode: "none" }, "taken"],
    ["no order for longer than it may", rich, place(limit), { expirationModes: ["day"] }, "TIME_IN_FORCE_FORBIDDEN"],
    [
      "a day's order where it may",
      rich,
      place({ ...limit, timeInForce: "day" }),
      { expirationModes: ["day"] },
      "taken",
    ],
    [
      "no way of filling that it has not",
      rich,
      place({ ...limit, timeInForce: "ioc" }),
      { fillingModes: ["fok"] },
      "TIME_IN_FORCE_FORBIDDEN",
    ],
    ["as much as one side may hold", holdsOne, place({}), { volumeLimit: "2" }, "taken"],
    ["no more than that", holdsOne, place({ volume: "1.01" }), { volumeLimit: "2" }, "VOLUME_LIMIT_EXCEEDED"],
    ["the other side's own limit", holdsOne, place({ ...sell, volume: "2" }), { volumeLimit: "2" }, "taken"],
    ["a closing whatever the limit", holdsOne, close, { volumeLimit: "0.5" }, "taken"],
  ])("%s", (_, history, command, changes, expected) => expect(answer(history, command, changes)).toBe(expected));
});
