import { type AccountEvent, accountEvents, type DataOf } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
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
    DealRecorded: { change: (row, { data }) => afterDeal(row, data) },
    DealCorrected: { change: (row, { data }) => afterDeal(row, data) },
    DealRevoked: { change: (row, { data }) => afterDeal(row, data) },
    BalanceReconciled: { change: (_, { data }) => ({ balance: data.balance }) },
    CreditReconciled: { change: (_, { data }) => ({ credit: data.credit }) },
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

type Moved = Pick<DataOf<AccountEvent, "DealRecorded">, "amount" | "credit">;

/** A broker's deal moves the balance, or the credit beside it. */
const afterDeal = ({ balance, credit }: Pick<TenantTables["accounts"], "balance" | "credit">, moved: Moved) => ({
  balance: plus(balance, moved.amount),
  ...(moved.credit !== undefined && { credit: plus(credit, moved.credit) }),
});
