import { type AccountCommand, type AccountEvent, refuse } from "@tradesage/contracts";
import type { Account, AccountState } from "./account.ts";
import { decimal, minorUnitsOf, moneyText, roundMoney, text } from "./decimal.ts";
import type { Market } from "./market.ts";
import { placeOrder } from "./place-order.ts";
import { openOrder, recordExecution } from "./record-execution.ts";

/** What follows from a command to a trading account, at the tenant's market of this moment. */
export function decide(command: AccountCommand, state: AccountState, market: Market): AccountEvent[] {
  if (command.type === "OpenAccount") return openAccount(command.data, state);
  const { accountId } = command.data;
  if (!state) return refuse("ACCOUNT_NOT_FOUND", `there is no account ${accountId}`, { accountId });
  switch (command.type) {
    case "Deposit":
      return deposit(state, command.data);
    case "PlaceOrder":
      return placeOrder(state, command.data, market);
    case "CancelOrder": {
      const { orderId } = command.data;
      const { remaining } = openOrder(state, orderId);
      return [
        { type: "OrderCancelled", data: { accountId, orderId, remaining: text(remaining), reason: "requested" } },
      ];
    }
    case "RecordExecution":
      return recordExecution(state, command.data, market);
  }
}

type DataOf<Type extends AccountCommand["type"]> = Extract<AccountCommand, { type: Type }>["data"];

function openAccount(data: DataOf<"OpenAccount">, state: AccountState): AccountEvent[] {
  const { accountId } = data;
  if (state) return refuse("ACCOUNT_EXISTS", `account ${accountId} exists already`, { accountId });
  return [{ type: "AccountOpened", data: { ...data, name: data.name ?? accountId } }];
}

function deposit({ currency }: Account, { accountId, amount, reference }: DataOf<"Deposit">): AccountEvent[] {
  if (!roundMoney(decimal(amount), currency).eq(decimal(amount))) {
    return refuse("INVALID_INPUT", `amount: ${currency} has ${minorUnitsOf(currency)} digits after the point`, {
      amount,
    });
  }
  const data = { accountId, amount: moneyText(decimal(amount), currency), currency };
  return [{ type: "FundsDeposited", data: { ...data, ...(reference !== undefined && { reference }) } }];
}
