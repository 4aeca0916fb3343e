import type { AccountView, TransactionView } from "@tradesage/contracts";
import type { Command } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

interface Options {
  readonly tenant: string;
  readonly json?: boolean;
}

const payments = [
  { name: "deposit", route: "deposit", description: "pay money in" },
  { name: "withdraw", route: "withdraw", description: "pay money out: at most what is free" },
  { name: "give-credit", route: "giveCredit", description: "lend money that it can trade with, and not withdraw" },
  { name: "take-credit", route: "takeCredit", description: "take credit back: at most what is free" },
] as const;

/** The money of trading accounts. */
export function accountCommands(program: Command): void {
  const account = program.command("account").description("a tenant's trading accounts and their money (as its admin)");
  const verb = (name: string, description: string) =>
    account
      .command(name)
      .description(description)
      .requiredOption("--tenant <id>", "whose account")
      .option("--json", "print JSON");

  verb("list", "the accounts, with what they have").action(async (options: Options) => {
    const { items } = await (await connect(options.tenant, "admin")).call("listAccounts", {});
    print(options, items, () => (items.length === 0 ? "There is no account yet." : table(headings, items.map(row))));
  });

  for (const { name, route, description } of payments) {
    verb(name, description)
      .argument("<account>")
      .argument("<amount>", "in the account's currency: 250.00")
      .option("--reference <text>", "what the payment is known by elsewhere")
      .action(async (accountId: string, amount: string, options: Options & { reference?: string }) => {
        const { reference } = options;
        const api = await connect(options.tenant, "admin");
        const { position } = await api.call(route, {
          accountId,
          amount,
          ...(reference !== undefined && { reference }),
        });
        await show(options, accountId, position);
      });
  }

  verb("adjust", "correct the balance by a booking of its own")
    .argument("<account>")
    .argument("<amount>", "what is added; put -- before a negative one: -- -12.50")
    .requiredOption("--reason <text>", "why; it is kept with the booking")
    .action(async (accountId: string, amount: string, options: Options & { reason: string }) => {
      const api = await connect(options.tenant, "admin");
      const { position } = await api.call("adjustBalance", { accountId, amount, reason: options.reason });
      await show(options, accountId, position);
    });

  verb("ledger", "what was booked, newest first")
    .argument("<account>")
    .option("--limit <rows>", "how many", Number, 100)
    .action(async (accountId: string, options: Options & { limit: number }) => {
      const { limit } = options;
      const { items } = await (await connect(options.tenant, "admin")).call("listTransactions", { accountId, limit });
      print(options, items, () => (items.length === 0 ? "Nothing was booked." : table(columns, items.map(line))));
    });
}

/** The account as it stands after a command. */
async function show(options: Options, accountId: string, after: string): Promise<void> {
  const view = await (await connect(options.tenant, "admin")).call("getAccount", { accountId }, { after });
  print(options, view, () => table(headings, [row(view)]));
}

const headings = ["ACCOUNT", "CURRENCY", "BALANCE", "CREDIT"];
const row = ({ accountId, currency, balance, credit }: AccountView) => [accountId, currency, balance, credit];

const columns = ["TIME", "KIND", "DEBIT", "CREDIT", "AMOUNT", "CURRENCY", "REFERENCE"];
const line = ({ at, kind, entries, currency, reference, symbol }: TransactionView) => [
  at.slice(0, 19).replace("T", " "),
  kind,
  ...entries.map(({ account }) => account),
  entries[0]?.amount ?? "",
  currency,
  reference ?? symbol ?? "",
];
