import {
  type AccountCommand,
  type AccountEvent,
  completeInstrument,
  type InstrumentChanges,
  type RefusalCode,
} from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, expect, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { account } from "./index.ts";

const accountId = "main";
const given = specify(account);
const terms = { currency: "USD", leverage: 100, mode: "netting", venue: "paper" } as const;
const quote = { bid: "1.39148", ask: "1.39151", timeMsc: 1_399_500_000_000 };
const order = { accountId, symbol: "EURUSD", volume: "1" };
const opened: AccountEvent[] = [
  { type: "AccountOpened", data: { accountId, name: "main", ...terms } },
  { type: "FundsDeposited", data: { accountId, amount: "100000.00", currency: "USD" } },
];
const holdsOne: AccountEvent[] = [
  ...opened,
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
type Terms = Partial<Extract<AccountCommand, { type: "PlaceOrder" }>["data"]>;
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
    ["an order in a session", opened, place({}), session("21:00", "23:00"), "taken"],
    ["no order out of it", opened, place({}), session("09:00", "17:00"), "SESSION_CLOSED"],
    ["no closing out of it", holdsOne, close, session("09:00", "17:00"), "SESSION_CLOSED"],
    ["nothing where it is disabled", holdsOne, close, { tradeMode: "disabled" }, "TRADE_MODE_FORBIDS"],
    ["no opening where it is closed only", opened, place({}), { tradeMode: "close_only" }, "TRADE_MODE_FORBIDS"],
    ["a closing where it is closed only", holdsOne, close, { tradeMode: "close_only" }, "taken"],
    ["a buy where it is long only", opened, place({}), { tradeMode: "long_only" }, "taken"],
    ["no sell where it is long only", holdsOne, place(sell), { tradeMode: "long_only" }, "TRADE_MODE_FORBIDS"],
    ["a closing where it is long only", holdsOne, close, { tradeMode: "long_only" }, "taken"],
    ["a sell where it is short only", opened, place(sell), { tradeMode: "short_only" }, "taken"],
    ["no buy where it is short only", opened, place({}), { tradeMode: "short_only" }, "TRADE_MODE_FORBIDS"],
    ["no opening without a formula", opened, place({}), { calculationMode: "none" }, "TRADE_MODE_FORBIDS"],
    ["a closing without a formula", holdsOne, close, { calculationMode: "none" }, "taken"],
    ["no order for longer than it may", opened, place(limit), { expirationModes: ["day"] }, "TIME_IN_FORCE_FORBIDDEN"],
    [
      "a day's order where it may",
      opened,
      place({ ...limit, timeInForce: "day" }),
      { expirationModes: ["day"] },
      "taken",
    ],
    [
      "no way of filling that it has not",
      opened,
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
