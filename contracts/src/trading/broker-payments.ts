import type { Money } from "../decimals.ts";

/**
 * ENUM_DEAL_TYPE (MQL5 reference, Deal Properties) of what is neither a trade nor what trading costs or earns: commission,
 * charges, interest, dividends and taxes are of trading.
 */
export const DealType = { balance: 2, credit: 3, correction: 5, bonus: 6 } as const;

const given: ReadonlySet<number | undefined> = new Set([DealType.credit, DealType.correction, DealType.bonus]);

/** What a broker's deal is if it is a payment; undefined for all else. `amount` is what it changes the balance by. */
export function paymentKindOf(
  type: number | undefined,
  amount: Money,
): "deposit" | "withdrawal" | "adjustment" | undefined {
  if (type === DealType.balance) return amount.startsWith("-") ? "withdrawal" : "deposit";
  return given.has(type) ? "adjustment" : undefined;
}
