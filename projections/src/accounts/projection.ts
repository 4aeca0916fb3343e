import { accountEvents } from "@tradesage/contracts";
import { minus, plus } from "../decimals.ts";
import { ignored } from "../ignored.ts";
import type { ProjectionOf } from "../projection.ts";

/** The balance is what was paid in, less what was paid out, and what closed positions have earned, less commissions. */
export const accounts: ProjectionOf<"accounts", typeof accountEvents> = {
  table: "accounts",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId" },
  on: {
    ...ignored.broker,
    ...ignored.risk,
    DealRecorded: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    DealCorrected: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    DealRevoked: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    BalanceReconciled: { change: (_, { data }) => ({ balance: data.balance }) },
    AccountOpened: {
      put: ({ data, at }) => ({
        account_id: data.accountId,
        name: data.name,
        currency: data.currency,
        leverage: data.leverage,
        mode: data.mode,
        venue: data.venue,
        terminal: data.terminal ?? null,
        balance: "0.00",
        credit: "0.00",
        trading_state: "active",
        restricted_because: null,
        paper_terms: null,
        opened_at: at,
      }),
    },
    FundsDeposited: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    FundsWithdrawn: { change: ({ balance }, { data }) => ({ balance: minus(balance, data.amount) }) },
    CreditGiven: { change: ({ credit }, { data }) => ({ credit: plus(credit, data.amount) }) },
    CreditTaken: { change: ({ credit }, { data }) => ({ credit: minus(credit, data.amount) }) },
    SwapCharged: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    BalanceAdjusted: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.amount) }) },
    PositionReduced: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.profit) }) },
    PositionClosed: { change: ({ balance }, { data }) => ({ balance: plus(balance, data.profit) }) },
    TradingStateChanged: {
      change: (_, { data: { state, reason } }) => ({ trading_state: state, restricted_because: reason ?? null }),
    },
    CommissionCharged: { change: ({ balance }, { data }) => ({ balance: minus(balance, data.amount) }) },
    PaperTermsSet: { change: (_, { data }) => ({ paper_terms: data.terms }) },
    PaperTermsCleared: { change: () => ({ paper_terms: null }) },
    OrderPlaced: "ignored",
    OrderFilled: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderTrailed: "ignored",
    OrderCancelled: "ignored",
    PositionOpened: "ignored",
    PositionProtected: "ignored",
    PositionIncreased: "ignored",
  },
};
