import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId } from "./account.fixture.ts";

/** An order of one instrument for specs: what is asked for, and what follows from it. */
export const [orderId, symbol] = ["o1", "EURUSD"];
export const market = marketOf([eurusd, 1.39148, 1.39151]);
export const quote = { bid: "1.39148", ask: "1.39151", timeMsc: market.at };

export const place = (order: Partial<DataOf<AccountCommand, "PlaceOrder">>): AccountCommand => ({
  type: "PlaceOrder",
  data: {
    ...{ accountId, orderId, symbol, side: "buy", volume: "1", kind: "market" },
    ...{ timeInForce: "gtc", reduceOnly: false, ...order },
  },
});
export const placed = (order: Partial<DataOf<AccountEvent, "OrderPlaced">>): AccountEvent => ({
  type: "OrderPlaced",
  data: { accountId, orderId, symbol, side: "buy", volume: "1", kind: "market", margin: "0.00", ...order },
});
export const cancelled = (data: Partial<DataOf<AccountEvent, "OrderCancelled">> = {}): AccountEvent => ({
  type: "OrderCancelled",
  data: { accountId, orderId, remaining: "1", reason: "requested", ...data },
});
export const long = (volume: string): AccountEvent => ({
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x0", volume, price: "1.39000", margin: "1390.00" },
});
export const execute = (volume: string): AccountCommand => ({
  type: "RecordExecution",
  data: { accountId, orderId, executionId: "x1", volume, price: "1.39148", quote },
});
