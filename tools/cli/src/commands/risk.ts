import { readFile } from "node:fs/promises";
import { RiskRules } from "@tradesage/contracts";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print } from "../output.ts";

/** Rules as a file of JSON. */
export async function readRules(file: string): Promise<RiskRules> {
  const text = await readFile(file, "utf8").catch((cause: Error) => {
    throw new CommandFailed(2, `${file} cannot be read: ${cause.message}`, { cause });
  });
  try {
    return RiskRules.parse(JSON.parse(text));
  } catch (cause) {
    throw new CommandFailed(2, `${file} holds no risk rules: ${(cause as Error).message}`, { cause });
  }
}

export function riskCommands(program: Command): void {
  const risk = program.command("risk").description("what an account is held to");

  risk
    .command("set")
    .description("hold an account to these rules from now on, instead of those before")
    .requiredOption("--tenant <id>", "whose account")
    .requiredOption("--account <id>", "which")
    .requiredOption("--rules <file>", "the rules, as JSON")
    .option("--json", "print JSON")
    .action(async (options: { tenant: string; account: string; rules: string; json?: boolean }) => {
      const rules = await readRules(options.rules);
      const api = await connect(options.tenant, "admin");
      const { events } = await api.call("setRiskRules", { accountId: options.account, rules });
      print(options, events, () =>
        events.length === 0
          ? `${options.account} is held to ${rules.name} already`
          : `${options.account}: ${rules.name}`,
      );
    });

  risk
    .command("show")
    .description("print the rules that an account is held to, as a file for `set`")
    .requiredOption("--tenant <id>", "whose account")
    .requiredOption("--account <id>", "which")
    .action(async (options: { tenant: string; account: string }) => {
      const api = await connect(options.tenant, "viewer");
      const { rules } = await api.call("getAccountRisk", { accountId: options.account });
      print({ json: rules !== undefined }, rules, () => "It is held to none.");
    });
}
