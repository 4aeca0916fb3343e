import type { AuditEntry } from "@tradesage/contracts";
import { type InputOf, routes } from "@tradesage/contracts/http";
import { type Command, Option } from "commander";
import { causalTree, drawTree } from "../causal-tree.ts";
import { CommandFailed } from "../exit-codes.ts";
import { connect } from "../installation.ts";
import { print, table, writeOut } from "../output.ts";
import { auditAsOfCommands } from "./audit-as-of.ts";
import { auditChainCommands } from "./audit-verify.ts";
import { moment } from "./ticks-export.ts";

type Question = InputOf<"listAuditEvents">;

interface EventsOptions extends Omit<Question, "from" | "to" | "accountId"> {
  tenant: string;
  from?: number;
  to?: number;
  account?: string;
  format: "table" | (typeof routes.listAuditEvents.downloads)[number];
}

const headings = ["POSITION", "RECORDED", "TYPE", "STREAM", "REVISION", "ACTOR", "COMMAND"];
const row = ({ position, recordedAt, type, stream, revision, actor, command }: AuditEntry) => [
  position,
  recordedAt.replace("T", " "),
  type,
  stream,
  revision,
  actor,
  command,
];
/** A table has columns as wide as their widest cell, so it is drawn a page at a time. */
const ROWS_A_TABLE = 1000;

export function auditCommand(program: Command): void {
  const audit = program.command("audit").description("who did what, when and why, from the event store itself");

  audit
    .command("events")
    .description("a tenant's events, oldest first, as many as there are; CSV and NDJSON with their data")
    .requiredOption("--tenant <id>", "whose events")
    .option("--from <time>", "recorded then or later: ISO 8601, UTC", moment)
    .option("--to <time>", "recorded before then", moment)
    .option("--actor <name>", "done by whom")
    .option("--account <id>", "of which account")
    .option("--command <id>", "from which command")
    .option("--correlation <id>", "from which outside request")
    .option("--type <name>", "such as OrderPlaced")
    .addOption(
      new Option("--format <format>", "how").choices(["table", ...routes.listAuditEvents.downloads]).default("table"),
    )
    .action(events);

  audit
    .command("tree")
    .description("all that one outside request led to: commands and their events, each under the event that caused it")
    .requiredOption("--tenant <id>", "whose")
    .requiredOption("--command <id>", "a command of it")
    .option("--json", "print JSON")
    .action(tree);

  auditAsOfCommands(audit);
  auditChainCommands(audit);
}

async function events({ tenant, from, to, account, format, ...rest }: EventsOptions): Promise<void> {
  const question: Question = {
    ...rest,
    ...(account !== undefined && { accountId: account }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
  };
  const api = await connect(tenant, "auditor");
  if (format !== "table") {
    for await (const bytes of api.download("listAuditEvents", question, format)) await writeOut(bytes);
    return;
  }
  let rows: string[][] = [];
  let shown = false;
  const show = async () => {
    await writeOut(`${table(headings, rows)}\n`);
    shown = true;
    rows = [];
  };
  for await (const entry of api.pages("listAuditEvents", question))
    if (rows.push(row(entry)) === ROWS_A_TABLE) await show();
  if (rows.length > 0 || !shown) await show();
}

async function tree({ tenant, command, json }: { tenant: string; command: string; json?: boolean }): Promise<void> {
  const api = await connect(tenant, "auditor");
  const [first] = await Array.fromAsync(api.pages("listAuditEvents", { command }));
  if (first === undefined) throw new CommandFailed(1, `no event of ${tenant} came from the command ${command}`);
  const { correlation } = first;
  const roots = causalTree(await Array.fromAsync(api.pages("listAuditEvents", { correlation })));
  print({ json }, { correlation, commands: roots }, () => `request ${correlation}\n${drawTree(roots)}`);
}
