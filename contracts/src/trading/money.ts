import { z } from "zod";
import { Money, PositiveMoney } from "../decimals.ts";
import { AccountId, Currency } from "../ids.ts";
import { command, event } from "../messages.ts";
import { Reason } from "../texts.ts";

const Reference = z.string().max(120);
const asked = { accountId: AccountId, amount: PositiveMoney, reference: Reference.optional() };
const moved = { accountId: AccountId, amount: Money, currency: Currency, reference: Reference.optional() };

/** What moves an account's money without trading. Amounts are in its currency, with that currency's digits. */
export const moneyCommands = {
  Deposit: command("Deposit", z.object(asked)),
  /** At most what is free: neither what positions and orders hold, nor credit, nor profit that is not realised. */
  Withdraw: command("Withdraw", z.object(asked)),
  /** Lends the account money that it can trade with and not withdraw. */
  GiveCredit: command("GiveCredit", z.object(asked)),
  /** Takes credit back, at most what was given and is free. */
  TakeCredit: command("TakeCredit", z.object(asked)),
  /** Corrects the balance, upwards or (with a negative amount) downwards. What was booked before stays as it is. */
  AdjustBalance: command(
    "AdjustBalance",
    z.object({
      accountId: AccountId,
      amount: Money.refine((amount) => /[1-9]/.test(amount), "must not be zero"),
      reason: Reason,
    }),
  ),
} as const;

export const moneyEvents = {
  FundsDeposited: event("FundsDeposited", z.object(moved)),
  FundsWithdrawn: event("FundsWithdrawn", z.object(moved)),
  CreditGiven: event("CreditGiven", z.object(moved)),
  CreditTaken: event("CreditTaken", z.object(moved)),
  BalanceAdjusted: event(
    "BalanceAdjusted",
    z.object({ accountId: AccountId, amount: Money, currency: Currency, reason: Reason }),
  ),
} as const;
