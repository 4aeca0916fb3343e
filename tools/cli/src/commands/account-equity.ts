import { type EquityPoint, Timeframe } from "@tradesage/contracts";
import { type Command, Option } from "commander";
import { connect } from "../installation.ts";
import { print, table, writeOut } from "../output.ts";
import { moment } from "./ticks-export.ts";

interface Options {
  readonly tenant: string;
  readonly from?: number;
  readonly to?: number;
  readonly interval: Timeframe;
  readonly csv?: boolean;
  readonly json?: boolean;
}

const columns = ["TIME", "EQUITY", "LOW", "HIGH", "BALANCE", "CREDIT", "FLOATING", "MARGIN"];

/** What an account was worth, and its largest drawdown. */
export function equityCommand(account: Command): void {
  account
    .command("equity")
    .description("what it was worth, oldest first, and its largest drawdown")
    .argument("<account>")
    .requiredOption("--tenant <id>", "whose account")
    .option("--from <time>", "ISO 8601, UTC; in", moment)
    .option("--to <time>", "ISO 8601, UTC; out", moment)
    .addOption(new Option("--interval <length>", "a row for each").choices(Timeframe.options).default("1h"))
    .option("--csv", "write all of it to standard output, as CSV")
    .option("--json", "print JSON")
    .action(async (accountId: string, options: Options) => {
      const { from, to, interval } = options;
      const range = { accountId, interval, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
      const api = await connect(options.tenant, "viewer");
      if (options.csv) {
        for await (const bytes of api.download("listEquity", range, "csv")) await writeOut(bytes);
        return;
      }
      const answer = await api.call("listEquity", range);
      const { items, next, maxDrawdown: fall } = answer;
      print(options, answer, () =>
        [
          items.length === 0 ? "There is no sample in this time." : table(columns, items.map(row)),
          ...(fall
            ? [`Largest drawdown: ${fall.amount} (${fall.percent} %), ${clock(fall.fromMsc)} to ${clock(fall.toMsc)}`]
            : []),
          ...(next ? ["There is more: a longer --interval, a later --from, or --csv."] : []),
        ].join("\n"),
      );
    });
}

const clock = (timeMsc: number) => new Date(timeMsc).toISOString().slice(0, 19).replace("T", " ");
const row = ({ timeMsc, equity, equityLow, equityHigh, balance, credit, floating, margin }: EquityPoint) => [
  clock(timeMsc),
  ...[equity, equityLow, equityHigh, balance, credit, floating, margin],
];
