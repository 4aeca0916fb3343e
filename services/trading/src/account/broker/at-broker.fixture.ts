import type { AccountCommand, AccountEvent, BrokerState, PositionMode } from "@tradesage/contracts";
import { eurusd, marketOf } from "../../calculation/market-of.fixture.ts";
import { accountId, opened } from "../account.fixture.ts";

/** What specs of accounts at brokers begin with. */
export const market = marketOf([eurusd, 1.39148, 1.39151]);
export const { at } = market;

/** The account has begun with 10,000 dollars; `deals` were there before. */
export const begunAt = (mode: PositionMode, deals: readonly string[] = []): AccountEvent[] => [
  opened({ mode, venue: "mt5", terminal: { server: "Broker-Demo", login: 5_012_345 } }),
  { type: "BrokerAdopted", data: { accountId, deals: [...deals] } },
  { type: "BalanceReconciled", data: { accountId, balance: "10000.00", difference: "10000.00", reason: "opening" } },
];

export const shows = (change: Partial<BrokerState> = {}): AccountCommand => ({
  type: "RecordBrokerState",
  data: {
    accountId,
    state: {
      ...{
        currency: "USD",
        balance: "10000",
        credit: "0",
        orders: [],
        positions: [],
        dealsFromMsc: at - 86_400_000,
        deals: [],
      },
      ...change,
    },
  },
});
