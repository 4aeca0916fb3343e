import { PLATFORM, TradingState } from "@tradesage/contracts";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print } from "../output.ts";

interface Where {
  readonly tenant?: string;
  readonly account?: string;
  readonly platform?: boolean;
  readonly reason?: string;
  readonly json?: boolean;
}

/** The kill switch, for an account, a tenant or all of them. */
export function tradingStateCommands(program: Command): void {
  const verbs = [
    {
      name: "halt",
      state: TradingState.enum.halted,
      description: "take no orders; cancel those that could open something",
    },
    {
      name: "reduce",
      state: TradingState.enum.reducing,
      description: "take only orders that reduce; cancel the others",
    },
    { name: "resume", state: TradingState.enum.active, description: "take orders again" },
  ];
  for (const { name, state, description } of verbs) {
    const verb = program
      .command(name)
      .description(description)
      .option("--tenant <id>", "whose accounts")
      .option("--account <id>", "only this one")
      .option("--platform", "the accounts of all tenants")
      .option("--json", "print JSON");
    if (state === "active") verb.option("--reason <text>", "why");
    else verb.requiredOption("--reason <text>", "why; it is told with every refusal");
    verb.action(async (where: Where) => {
      const { events } = await set(where, state);
      const cancelled = events.filter(({ type }) => type === "OrderCancelled").length;
      print(where, { state, cancelled }, () =>
        [`${nameOf(where)}: ${state}`, ...(cancelled > 0 ? [`${cancelled} orders cancelled`] : [])].join("\n"),
      );
    });
  }
}

async function set({ tenant, account, platform, reason }: Where, state: TradingState) {
  const change = { state, ...(reason !== undefined && { reason }) };
  if ((tenant === undefined) === (platform !== true))
    throw new CommandFailed(2, "Say whose accounts: --tenant, or --platform.");
  if (account === undefined)
    return (await connect(PLATFORM, "operator")).call("setDeskState", { tenantId: tenant ?? PLATFORM, ...change });
  if (tenant === undefined) throw new CommandFailed(2, "--account needs its --tenant.");
  return (await connect(tenant, "admin")).call("setTradingState", { accountId: account, ...change });
}

const nameOf = ({ tenant, account }: Where) =>
  tenant === undefined ? "all tenants" : account === undefined ? tenant : `${account} of ${tenant}`;
