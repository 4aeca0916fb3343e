import { type AccountEvent, accountEvents, bookingOf, type DataOf } from "@tradesage/contracts";
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
    DealRecorded: booked("DealRecorded"),
    DealCorrected: booked("DealCorrected"),
    DealRevoked: booked("DealRevoked"),
    BalanceReconciled: booked("BalanceReconciled"),
    CreditReconciled: booked("CreditReconciled"),
    FundsDeposited: booked("FundsDeposited"),
    FundsWithdrawn: booked("FundsWithdrawn"),
    CreditGiven: booked("CreditGiven"),
    CreditTaken: booked("CreditTaken"),
    BalanceAdjusted: booked("BalanceAdjusted"),
    PositionReduced: booked("PositionReduced"),
    PositionClosed: booked("PositionClosed"),
    CommissionCharged: booked("CommissionCharged"),
    PaperTermsSet: "ignored",
    PaperTermsCleared: "ignored",
    SwapCharged: booked("SwapCharged"),
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

function booked<Type extends AccountEvent["type"]>(type: Type) {
  return {
    put({ data, at }: Fact<DataOf<AccountEvent, Type>>): Omit<TenantTables["ledger"], "position"> {
      const booking = bookingOf({ type, data } as AccountEvent);
      if (!booking) throw new Error(`${type} books nothing`);
      return {
        account_id: data.accountId,
        ...booking,
        reference: "reference" in data ? (data.reference ?? null) : "reason" in data ? (data.reason ?? null) : null,
        symbol: "symbol" in data ? (data.symbol ?? null) : null,
        at,
      };
    },
  };
}
