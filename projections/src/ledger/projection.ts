import { type AccountEvent, accountEvents, bookingOf } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { ignored } from "../ignored.ts";
import type { Fact, ProjectionOf } from "../projection.ts";

/** Every movement of an account's money, as the transaction that books it: one row an event, never changed. */
export const ledger: ProjectionOf<"ledger", typeof accountEvents> = {
  table: "ledger",
  aggregate: "account",
  events: accountEvents,
  key: { account_id: "accountId", position: "position" },
  on: {
    ...ignored.broker,
    ...ignored.risk,
    DealRecorded: { put: (fact) => booked({ type: "DealRecorded", data: fact.data }, fact) },
    DealCorrected: { put: (fact) => booked({ type: "DealCorrected", data: fact.data }, fact) },
    DealRevoked: { put: (fact) => booked({ type: "DealRevoked", data: fact.data }, fact) },
    BalanceReconciled: { put: (fact) => booked({ type: "BalanceReconciled", data: fact.data }, fact) },
    FundsDeposited: { put: (fact) => booked({ type: "FundsDeposited", data: fact.data }, fact) },
    FundsWithdrawn: { put: (fact) => booked({ type: "FundsWithdrawn", data: fact.data }, fact) },
    CreditGiven: { put: (fact) => booked({ type: "CreditGiven", data: fact.data }, fact) },
    CreditTaken: { put: (fact) => booked({ type: "CreditTaken", data: fact.data }, fact) },
    BalanceAdjusted: { put: (fact) => booked({ type: "BalanceAdjusted", data: fact.data }, fact) },
    PositionReduced: { put: (fact) => booked({ type: "PositionReduced", data: fact.data }, fact) },
    PositionClosed: { put: (fact) => booked({ type: "PositionClosed", data: fact.data }, fact) },
    CommissionCharged: { put: (fact) => booked({ type: "CommissionCharged", data: fact.data }, fact) },
    PaperTermsSet: "ignored",
    SwapCharged: { put: (fact) => booked({ type: "SwapCharged", data: fact.data }, fact) },
    AccountOpened: "ignored",
    OrderPlaced: "ignored",
    OrderFilled: "ignored",
    OrderModified: "ignored",
    OrderTriggered: "ignored",
    OrderCancelled: "ignored",
    PositionOpened: "ignored",
    PositionProtected: "ignored",
    PositionIncreased: "ignored",
    TradingStateChanged: "ignored",
    OrderTrailed: "ignored",
  },
};

function booked(event: AccountEvent, { at }: Fact): Omit<TenantTables["ledger"], "position"> {
  const booking = bookingOf(event);
  if (!booking) throw new Error(`${event.type} books nothing`);
  const { data } = event;
  return {
    account_id: data.accountId,
    ...booking,
    reference: "reference" in data ? (data.reference ?? null) : "reason" in data ? (data.reason ?? null) : null,
    symbol: "symbol" in data ? (data.symbol ?? null) : null,
    at,
  };
}
