import { accountCommands } from "../trading/accounts.ts";
import { tradingQueries } from "../trading/views.ts";
import { type Route, readers } from "./route.ts";

const movement = {
  kind: "command",
  method: "POST",
  scope: "tenant",
  owner: "trading",
  aggregate: "accountId",
  roles: ["admin"],
  status: 201,
} as const;
const example = { amount: "250.00", reference: "transfer 4711" } as const;
/** What is free is told at the newest prices of what the account holds. */
const takingFree = [
  "VENUE_FORBIDS",
  "ACCOUNT_NOT_FOUND",
  "INSUFFICIENT_FUNDS",
  "NO_QUOTE",
  "NO_CONVERSION_RATE",
] as const;

/** Amounts are in the account's currency. */
export const moneyRoutes = {
  deposit: {
    ...movement,
    path: "/v1/accounts/{accountId}/deposits",
    summary: "Deposit money in the account's currency",
    type: accountCommands.Deposit,
    example,
    refusals: ["ACCOUNT_NOT_FOUND", "VENUE_FORBIDS"],
  },
  withdraw: {
    ...movement,
    path: "/v1/accounts/{accountId}/withdrawals",
    summary: "Withdraw money: at most what is free, without credit and without profit that is not realised",
    type: accountCommands.Withdraw,
    example,
    refusals: takingFree,
  },
  giveCredit: {
    ...movement,
    path: "/v1/accounts/{accountId}/credit/grants",
    summary: "Give credit: the account trades with it, and cannot withdraw it",
    type: accountCommands.GiveCredit,
    example,
    refusals: ["ACCOUNT_NOT_FOUND", "VENUE_FORBIDS"],
  },
  takeCredit: {
    ...movement,
    path: "/v1/accounts/{accountId}/credit/recalls",
    summary: "Take credit back: at most what was given and is free",
    type: accountCommands.TakeCredit,
    example,
    refusals: ["INSUFFICIENT_CREDIT", ...takingFree],
  },
  adjustBalance: {
    ...movement,
    path: "/v1/accounts/{accountId}/adjustments",
    summary: "Correct the balance by a booking of its own, with its reason",
    type: accountCommands.AdjustBalance,
    example: { amount: "-12.50", reason: "The deposit of 3 May was booked twice" },
    refusals: ["ACCOUNT_NOT_FOUND", "VENUE_FORBIDS"],
  },
  listTransactions: {
    kind: "query",
    method: "GET",
    scope: "tenant",
    owner: "projections",
    roles: readers,
    path: "/v1/accounts/{accountId}/ledger",
    summary: "What was booked on an account, newest first; the entries of a transaction sum to zero",
    type: tradingQueries.ledger,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
