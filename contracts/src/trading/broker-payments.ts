import type { Money } from "../decimals.ts";

/**
 * ENUM_DEAL_TYPE (MQL5 reference, Deal Properties) of what is neither a trade nor what trading costs or earns: commission,
 * charges, interest, dividends and taxes are of trading. The last two, by which a broker makes good a balance below zero
 * after a stop out and takes its credit back then, have numbers in MetaTrader's API for servers alone (EnDealAction).
 */
export const DealType = {
  ...{ balance: 2, credit: 3, correction: 5, bonus: 6 },
  ...{ compensation: 19, creditCompensation: 20 },
} as const;

const { balance, credit, correction, bonus, compensation, creditCompensation } = DealType;
const given: ReadonlySet<number | undefined> = new Set([credit, correction, bonus, compensation]);

/** Whether a broker's deal changes the credit (ACCOUNT_CREDIT), that stands beside the balance, and not the balance. */
export const isOfCredit = (type: number): boolean => type === credit || type === creditCompensation;

/** What a broker's deal is if it is a payment; undefined for all else. `amount` is what it changes the balance by. */
export function paymentKindOf(
  type: number | undefined,
  amount: Money,
): "deposit" | "withdrawal" | "adjustment" | undefined {
  if (type === balance) return amount.startsWith("-") ? "withdrawal" : "deposit";
  return given.has(type) ? "adjustment" : undefined;
}
