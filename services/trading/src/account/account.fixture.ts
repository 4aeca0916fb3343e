import type { AccountEvent, DataOf } from "@tradesage/contracts";

/** An account for specs, from its opening to its first money. */
export const accountId = "main";

export const opened = (terms: Partial<DataOf<AccountEvent, "AccountOpened">> = {}): AccountEvent => ({
  type: "AccountOpened",
  data: { accountId, name: "main", currency: "USD", leverage: 100, mode: "netting", venue: "paper", ...terms },
});

export const deposited = (amount = "10000.00", currency = "USD"): AccountEvent => ({
  type: "FundsDeposited",
  data: { accountId, amount, currency },
});

/** An account with 10,000 dollars. */
export const funded: readonly AccountEvent[] = [opened(), deposited()];
