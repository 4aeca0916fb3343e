import {
  type AccountEvent,
  accountEvents,
  type DeskTerms,
  deskEvents,
  type InstrumentSpecification,
  instrumentEvents,
  type JsonObject,
  upcast,
} from "@tradesage/contracts";
import { type PastEvent, type Replay, replay } from "@tradesage/trading";
import type { Command } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { readRules } from "./risk.ts";

interface Options {
  readonly tenant: string;
  readonly account: string;
  readonly rules: string;
  readonly json?: boolean;
}

/** What an account's history would have been under other rules. */
export function replayCommand(program: Command): void {
  program
    .command("replay")
    .description("run an account's history again under other risk rules: what would have been stopped, and when")
    .requiredOption("--tenant <id>", "whose account")
    .requiredOption("--account <id>", "which")
    .requiredOption("--rules <file>", "the rules, as JSON")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const found = await run(options);
      print(options, found, () => told(found));
    });
}

async function run({ tenant, account, rules: file }: Options): Promise<Replay> {
  const rules = await readRules(file);
  const api = await connect(tenant, "admin");
  await api.call("getAccount", { accountId: account });
  const history: PastEvent[] = [];
  for await (const { type, data, schema, requestedAt } of api.pages("listAuditEvents", { accountId: account })) {
    const today = upcast(accountEvents, { type, data: data as JsonObject, schema });
    history.push({ at: Date.parse(requestedAt), event: { type, data: today } as unknown as AccountEvent });
  }
  const terms: { at: number; terms: DeskTerms }[] = [];
  for await (const { data, requestedAt } of api.pages("listAuditEvents", { type: deskEvents.DeskTermsSet.name }))
    terms.push({ at: Date.parse(requestedAt), terms: deskEvents.DeskTermsSet.schema.parse(data) });
  const instruments: { at: number; specification: InstrumentSpecification }[] = [];
  const { name: type } = instrumentEvents.InstrumentDefined;
  for await (const { data, schema, requestedAt } of api.pages("listAuditEvents", { type })) {
    const today = upcast(instrumentEvents, { type, data: data as JsonObject, schema });
    instruments.push({ at: Date.parse(requestedAt), specification: today as unknown as InstrumentSpecification });
  }
  return replay({
    ...{ rules, instruments, history, terms, until: Date.now() },
    async *ticks(symbol, from, to) {
      for await (const { bid, ask, timeMsc, quality } of api.pages("listTicks", { symbol, from, to }))
        if (quality === 0 && bid > 0 && ask >= bid) yield { symbol, bid, ask, timeMsc };
    },
  });
}

function told({ findings, estimated, balance, currency, ticks }: Replay): string {
  return [
    findings.length === 0 ? "Nothing would have been stopped." : stopped(findings),
    ...(estimated.length === 0 ? [] : [nights(estimated)]),
    `balance at the end: ${balance} ${currency}; ${ticks} ticks were looked at`,
  ].join("\n\n");
}

function stopped(findings: Replay["findings"]): string {
  const rows = findings.map(({ at, what, which, values }) => [
    new Date(at).toISOString().slice(0, 19).replace("T", " "),
    what,
    which,
    Object.entries(values)
      .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`)
      .join(", "),
  ]);
  return table(["WHEN (UTC)", "WHAT", "WHICH", "WHY"], rows);
}

function nights(estimated: Replay["estimated"]): string {
  const rows = estimated.map(({ charged: { night, symbol, positionId = "", volume, amount } }) => [
    ...[night, symbol, positionId, volume, amount],
  ]);
  const headings = ["NIGHT", "SYMBOL", "POSITION", "VOLUME", "AMOUNT"];
  return `Estimated, since the history does not tell it: what these nights cost. It is in the balance.\n${table(headings, rows)}`;
}
