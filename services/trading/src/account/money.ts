import {
  type AccountCommand,
  type AccountEvent,
  type Currency,
  type DataOf,
  type Money,
  refuse,
} from "@tradesage/contracts";
import {
  type Big,
  decimal,
  larger,
  minorUnitsOf,
  moneyText,
  roundMoney,
  smaller,
  zero,
} from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import type { Account } from "./account.ts";
import { fundsOf } from "./funds.ts";

export const deposit = (account: Account, asked: DataOf<AccountCommand, "Deposit">): AccountEvent[] => [
  { type: "FundsDeposited", data: moved(account, asked) },
];

/** @throws Refused INSUFFICIENT_FUNDS, with the numbers behind it */
export function withdraw(account: Account, asked: DataOf<AccountCommand, "Withdraw">, market: Market): AccountEvent[] {
  const data = moved(account, asked);
  const { balance, free } = fundsOf(account, market);
  // Credit is the lender's, and profit that is not realised may be gone tomorrow.
  mustBeFree(account, data.amount, smaller(balance, free.minus(account.credit)));
  return [{ type: "FundsWithdrawn", data }];
}

export const giveCredit = (account: Account, asked: DataOf<AccountCommand, "GiveCredit">): AccountEvent[] => [
  { type: "CreditGiven", data: moved(account, asked) },
];

/** @throws Refused INSUFFICIENT_CREDIT, INSUFFICIENT_FUNDS, with the numbers behind it */
export function takeCredit(
  account: Account,
  asked: DataOf<AccountCommand, "TakeCredit">,
  market: Market,
): AccountEvent[] {
  const data = moved(account, asked);
  const { credit, currency } = account;
  if (decimal(data.amount).gt(credit))
    return refuse("INSUFFICIENT_CREDIT", undefined, {
      amount: data.amount,
      credit: moneyText(credit, currency),
      currency,
    });
  mustBeFree(account, data.amount, fundsOf(account, market).free);
  return [{ type: "CreditTaken", data }];
}

export function adjustBalance(
  account: Account,
  { accountId, amount, reason }: DataOf<AccountCommand, "AdjustBalance">,
): AccountEvent[] {
  const { currency } = account;
  return [{ type: "BalanceAdjusted", data: { accountId, amount: inCurrency(amount, currency), currency, reason } }];
}

const moved = ({ currency }: Account, { accountId, amount, reference }: DataOf<AccountCommand, "Deposit">) => ({
  ...{ accountId, amount: inCurrency(amount, currency), currency },
  ...(reference !== undefined && { reference }),
});

/** With the digits of its currency. @throws Refused INVALID_INPUT for one that is finer */
function inCurrency(amount: Money, currency: Currency): Money {
  const exact = decimal(amount);
  if (roundMoney(exact, currency).eq(exact)) return moneyText(exact, currency);
  const digits = minorUnitsOf(currency);
  return refuse("INVALID_INPUT", `amount: ${currency} has ${digits} digits after the point`, { amount });
}

function mustBeFree({ currency }: Account, amount: Money, free: Big): void {
  if (decimal(amount).lte(free)) return;
  refuse("INSUFFICIENT_FUNDS", undefined, { amount, free: moneyText(larger(zero, free), currency), currency });
}
