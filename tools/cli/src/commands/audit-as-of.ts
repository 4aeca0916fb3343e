import { AuditedModel, type Change, type RowAsOf, type StateAsOf } from "@tradesage/contracts";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { moment as timeOf } from "./ticks-export.ts";

interface Moments {
  readonly at?: string;
  readonly since?: string;
}
interface StateOptions extends Moments {
  readonly tenant: string;
  readonly path?: string;
  readonly json?: boolean;
}
interface ModelOptions extends Moments {
  readonly tenant: string;
  readonly account?: string;
  readonly json?: boolean;
}

/** A position as it is, or a time in full. */
const moment = (text: string): string => (/^\d{1,20}$/.test(text) ? text : new Date(timeOf(text)).toISOString());

const withMoments = (command: Command): Command =>
  command
    .requiredOption("--tenant <id>", "whose")
    .option("--at <moment>", "as of a position, or a time (ISO 8601, UTC); now, unless told", moment)
    .option("--since <moment>", "what has changed since that earlier moment", moment)
    .option("--json", "print JSON");

export function auditAsOfCommands(audit: Command): void {
  withMoments(audit.command("state"))
    .description("what something was at a moment, as its own code folds its events")
    .addArgument(new Argument("<what>", "of what").choices(["account", "journal", "instrument", "tenant", "backups"]))
    .argument("[id]", "which account or instrument; of a journal its account")
    .option("--path <pointer>", "only a part, such as /positions (RFC 6901)")
    .action(state);

  withMoments(audit.command("model"))
    .description("the rows of a read model at a moment, folded anew from the history")
    .addArgument(new Argument("<model>", "which").choices(AuditedModel.options))
    .option("--account <id>", "only of that account")
    .action(model);
}

async function state(what: string, id: string | undefined, { tenant, json, ...asOf }: StateOptions): Promise<void> {
  const api = await connect(tenant, "auditor");
  const named = (): string => {
    if (id === undefined) throw new InvalidArgumentError(`Expected the id of the ${what}.`);
    return id;
  };
  const ask = (): Promise<StateAsOf> => {
    switch (what) {
      case "account":
        return api.call("getAccountState", { accountId: named(), ...asOf });
      case "journal":
        return api.call("getJournalState", { accountId: named(), ...asOf });
      case "instrument":
        return api.call("getInstrumentState", { symbol: named(), ...asOf });
      case "tenant":
        return api.call("getTenantState", asOf);
      default:
        return api.call("getBackupsState", asOf);
    }
  };
  const answer = await ask();
  print({ json }, answer, () => [lastOf(answer), ...bodyOf(answer)].join("\n"));
}

const lastOf = ({ last }: Pick<StateAsOf, "last">) =>
  last ? `as of ${last.recordedAt}, position ${last.position}` : "nothing had happened yet";

function bodyOf({ state: told, changes }: StateAsOf): string[] {
  if (changes === undefined) return [JSON.stringify(told, null, 2)];
  if (changes.length === 0) return ["nothing has changed"];
  return [table(["PATH", "BEFORE", "AFTER"], changes.map(cells))];
}

const cells = ({ path, before, after }: Change) => [path, cell(before), cell(after)];

const cell = (value: unknown) =>
  value === undefined ? "-" : typeof value === "string" ? value : JSON.stringify(value);

async function model(name: AuditedModel, { tenant, account, json, ...asOf }: ModelOptions): Promise<void> {
  const api = await connect(tenant, "auditor");
  const question = { model: name, ...asOf, ...(account !== undefined && { accountId: account }) };
  const { last, items, next } = await api.call("getModelAsOf", question);
  // What happens meanwhile is in none of the pages.
  const pinned = { ...question, at: asOf.at ?? last?.position ?? "0" };
  for (let cursor = next; cursor !== undefined; ) {
    const page = await api.call("getModelAsOf", { ...pinned, cursor });
    items.push(...page.items);
    cursor = page.next;
  }
  print({ json }, { last, items }, () =>
    [lastOf({ last }), asOf.since === undefined ? rowsOf(items) : changedRows(items)].join("\n"),
  );
}

function rowsOf(items: readonly RowAsOf[]): string {
  const columns = Object.keys(items[0]?.row ?? {});
  return table(
    columns.map((column) => column.toUpperCase()),
    items.map(({ row }) => columns.map((column) => cell(row?.[column] ?? undefined))),
  );
}

function changedRows(items: readonly RowAsOf[]): string {
  const changes = items.flatMap(({ key, row, before }) =>
    Object.keys(row ?? before ?? {})
      .filter((field) => cell(row?.[field]) !== cell(before?.[field]))
      .map((field) => [key, field, cell(before?.[field]), cell(row?.[field])]),
  );
  return changes.length === 0 ? "nothing has changed" : table(["KEY", "FIELD", "BEFORE", "AFTER"], changes);
}
