import type { Verb } from "../verb.ts";

const payment = { arguments: ["accountId", "amount"], shows: "getAccount" } as const;

export const accountVerbs: readonly Verb[] = [
  {
    name: "open",
    operation: "openAccount",
    description: "open an account; its id is made where it is left out",
    arguments: ["accountId"],
    shows: "getAccount",
    examples: [
      "account open main --tenant acme --currency EUR --leverage 30",
      "account open hedge --tenant acme --mode hedging",
      "account open broker --tenant acme --venue mt5 --terminal-server Broker-Live --terminal-login 4711",
    ],
  },
  {
    name: "list",
    operation: "listAccounts",
    description: "list the accounts, with what they have",
    arguments: [],
    columns: ["accountId", "currency", "balance", "credit", "mode", "venue", "tradingState"],
    examples: ["account list --tenant acme"],
  },
  {
    name: "show",
    operation: "getAccount",
    description: "tell all that is known of an account",
    arguments: ["accountId"],
    examples: ["account show main --tenant acme"],
  },
  {
    name: "state",
    operation: "getLiveState",
    description: "tell what it is worth now, and what each position would earn",
    arguments: ["accountId"],
    examples: ["account state main --tenant acme"],
  },
  {
    ...payment,
    name: "deposit",
    operation: "deposit",
    description: "pay money in",
    examples: ['account deposit main 1000.00 --tenant acme --reference "transfer 4711"'],
  },
  {
    ...payment,
    name: "withdraw",
    operation: "withdraw",
    description: "pay money out: at most what is free",
    examples: ["account withdraw main 250.00 --tenant acme"],
  },
  {
    ...payment,
    name: "give-credit",
    operation: "giveCredit",
    description: "lend money that it can trade with, and not withdraw",
    examples: ["account give-credit main 500.00 --tenant acme"],
  },
  {
    ...payment,
    name: "take-credit",
    operation: "takeCredit",
    description: "take credit back: at most what is free",
    examples: ["account take-credit main 500.00 --tenant acme"],
  },
  {
    ...payment,
    name: "adjust",
    operation: "adjustBalance",
    description: "correct the balance by a booking of its own; put -- before a negative amount",
    examples: ['account adjust main --tenant acme --reason "booked twice" -- -12.50'],
  },
  {
    name: "ledger",
    operation: "listTransactions",
    description: "list what was booked, newest first",
    arguments: ["accountId"],
    columns: [
      ...["at", "kind"],
      ...([
        ["DEBIT", "entries.0.account"],
        ["CREDIT", "entries.1.account"],
        ["AMOUNT", "entries.0.amount"],
      ] as const),
      ...["currency", "reference", "symbol"],
    ],
    examples: ["account ledger main --tenant acme --limit 20"],
  },
  {
    name: "paper-terms",
    operation: "setPaperTerms",
    description:
      "set how the paper venue fills its orders, instead of its tenant's terms; what is left out is as without any",
    arguments: ["accountId"],
    examples: [
      `account paper-terms main --tenant acme --latency-ms 50 --slippage '{"model":"fixed","ticks":2}' --seed 2026-01`,
    ],
  },
  {
    name: "clear-paper-terms",
    operation: "clearPaperTerms",
    description: "have its orders filled on the terms of its tenant again",
    arguments: ["accountId"],
    examples: ["account clear-paper-terms main --tenant acme"],
  },
  {
    name: "executions",
    operation: "listExecutions",
    description: "list its executions, newest first",
    arguments: ["accountId"],
    columns: ["at", "symbol", "side", "volume", "price", "orderId", "executionId"],
    examples: ["account executions main --tenant acme"],
  },
  {
    name: "trades",
    operation: "listTrades",
    description: "list its trades, newest first",
    arguments: ["accountId"],
    columns: [
      ...["tradeId", "symbol", "side", "status", "volume", "entryPrice", "exitPrice", "profit", "r", "tags"],
      ...["openedAt", "closedAt"],
    ],
    examples: ["account trades main --tenant acme --tag breakout"],
  },
  {
    name: "trade",
    operation: "getTrade",
    description: "tell all of a trade: its fills, every change of its stops, how far the market went",
    arguments: ["accountId", "tradeId"],
    examples: ["account trade main 7 --tenant acme"],
  },
  {
    name: "exposure",
    operation: "getExposure",
    description: "tell what its open positions are worth, by instrument and by currency",
    arguments: ["accountId"],
    examples: ["account exposure main --tenant acme"],
  },
];
