import { z } from "zod";
import { Money } from "../decimals.ts";
import { AccountId, Currency, InstrumentSymbol, Position } from "../ids.ts";
import type { AccountEvent } from "./accounts.ts";
import { paymentKindOf } from "./broker-payments.ts";

/**
 * The accounts of a trading account's books. `cash` is its balance and `credit` the credit it has, both the holder's
 * assets; the others are where the money comes from and goes to: the bank, who lends, who corrects, and what trading
 * brings; `broker` is where the account is at a broker, whose books are the truth.
 */
export const LedgerAccount = z
  .enum(["cash", "credit", "bank", "credit_line", "corrections", "trading_result", "commissions", "swaps", "broker"])
  .meta({ id: "LedgerAccount" });
export type LedgerAccount = z.output<typeof LedgerAccount>;

export const TransactionKind = z
  .enum([
    "deposit",
    "withdrawal",
    "credit_given",
    "credit_taken",
    "adjustment",
    "profit",
    "commission",
    "swap",
    "broker_deal",
    "reconciliation",
  ])
  .meta({ id: "TransactionKind" });
export type TransactionKind = z.output<typeof TransactionKind>;

/** A debit is positive, a credit negative: the entries of a transaction sum to zero. */
export const LedgerEntry = z.object({ account: LedgerAccount, amount: Money });

/** What an event books: `amount` is debited to one account and credited to another; a negative one the other way. */
export interface Booking {
  readonly kind: TransactionKind;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: Money;
}

/** What an event of an account books; undefined for one that moves no money. */
export function bookingOf({ type, data }: AccountEvent): Booking | undefined {
  switch (type) {
    case "FundsDeposited":
      return { kind: "deposit", debit: "cash", credit: "bank", amount: data.amount };
    case "FundsWithdrawn":
      return { kind: "withdrawal", debit: "bank", credit: "cash", amount: data.amount };
    case "CreditGiven":
      return { kind: "credit_given", debit: "credit", credit: "credit_line", amount: data.amount };
    case "CreditTaken":
      return { kind: "credit_taken", debit: "credit_line", credit: "credit", amount: data.amount };
    case "BalanceAdjusted":
      return { kind: "adjustment", debit: "cash", credit: "corrections", amount: data.amount };
    case "PositionReduced":
    case "PositionClosed":
      return { kind: "profit", debit: "cash", credit: "trading_result", amount: data.profit };
    case "CommissionCharged":
      return { kind: "commission", debit: "commissions", credit: "cash", amount: data.amount };
    case "SwapCharged":
      return { kind: "swap", debit: "cash", credit: "swaps", amount: data.amount };
    case "DealRecorded":
    case "DealCorrected":
      return data.credit === undefined ? dealOf(data.deal.type, data.amount) : lentAs(data.credit);
    case "DealRevoked":
      return data.credit === undefined ? dealOf(data.type, data.amount) : lentAs(data.credit);
    case "BalanceReconciled": {
      // What was not seen may be what trading brought.
      const kind = data.reason === "unseen" ? "broker_deal" : "reconciliation";
      return { kind, debit: "cash", credit: "broker", amount: data.difference };
    }
    case "CreditReconciled":
      return { kind: "reconciliation", debit: "credit", credit: "broker", amount: data.difference };
    default:
      return undefined;
  }
}

function dealOf(type: number | undefined, amount: Money): Booking {
  const kind = paymentKindOf(type, amount) ?? "broker_deal";
  if (kind === "withdrawal") return { kind, debit: "broker", credit: "cash", amount: negated(amount) };
  return { kind, debit: "cash", credit: "broker", amount };
}

function lentAs(amount: Money): Booking {
  return amount.startsWith("-")
    ? { kind: "credit_taken", debit: "broker", credit: "credit", amount: negated(amount) }
    : { kind: "credit_given", debit: "credit", credit: "broker", amount };
}

/**
 * What an event pays in, lends or puts right, below zero what it takes out; undefined where it moves no money, or what
 * trading brings. What a broker's balance is reconciled by is no payment where nothing tells why: it may hide a loss.
 */
export function paidBy(event: AccountEvent): Money | undefined {
  const { kind, amount } = bookingOf(event) ?? {};
  switch (kind) {
    case "deposit":
    case "credit_given":
    case "adjustment":
      return amount;
    case "withdrawal":
    case "credit_taken":
      return amount && negated(amount);
    case "reconciliation":
      return event.type === "BalanceReconciled" && event.data.reason === undefined ? undefined : amount;
    default:
      return undefined;
  }
}

/** The two entries of a booking. */
export const entriesOf = ({ debit, credit, amount }: Booking): readonly [LedgerEntry, LedgerEntry] => [
  { account: debit, amount },
  { account: credit, amount: negated(amount) },
];

const negated = (amount: Money): Money => {
  if (!/[1-9]/.test(amount)) return amount;
  return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
};

export type LedgerEntry = z.output<typeof LedgerEntry>;

/** A transaction of an account's ledger, in the account's currency. */
export const TransactionView = z
  .object({
    accountId: AccountId,
    kind: TransactionKind,
    currency: Currency,
    entries: z.array(LedgerEntry),
    /** The reference of a payment, or the reason of a correction. */
    reference: z.string().optional(),
    /** Of what was traded. */
    symbol: InstrumentSymbol.optional(),
    at: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "Transaction" });
export type TransactionView = z.output<typeof TransactionView>;
