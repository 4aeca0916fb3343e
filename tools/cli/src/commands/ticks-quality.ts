import { type InstrumentSymbol, TickQuality, type TickQualityDay } from "@tradesage/contracts";
import { type Command, InvalidArgumentError } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";
import { symbolOption } from "./symbol-option.ts";

interface QualityOptions {
  tenant: string;
  symbol?: InstrumentSymbol;
  from?: string;
  to?: string;
  json?: boolean;
}

const doubts = Object.keys(TickQuality) as (keyof TickQualityDay["doubts"])[];
const headings = [
  "DAY",
  "SYMBOL",
  "TICKS",
  ...doubts.map((doubt) => doubt.toUpperCase()),
  "REPEATS",
  "LOST",
  "MISSING",
];
const row = (day: TickQualityDay) =>
  [
    ...[day.day, day.symbol, day.ticks, ...doubts.map((doubt) => day.doubts[doubt])],
    ...[day.repeats, day.lostInTerminal, day.missingBatches],
  ].map(String);

const day = (text: string): string => {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  throw new InvalidArgumentError("a day such as 2014-05-08");
};

export function ticksQualityCommand(ticks: Command): void {
  ticks
    .command("quality")
    .description(
      "tell how good ticks were, by day: kept, doubted by reason, repeated, lost inside the terminal, batches missing on the link",
    )
    .requiredOption("--tenant <id>", "whose ticks")
    .addOption(symbolOption().makeOptionMandatory(false))
    .option("--from <day>", "the first day, UTC", day)
    .option("--to <day>", "the day behind the last, UTC", day)
    .option("--json", "print JSON")
    .action(async ({ tenant, json, ...asked }: QualityOptions) => {
      const api = await connect(tenant, "viewer");
      const days = await Array.fromAsync(api.pages("listTickQuality", asked));
      print({ json }, days, () => (days.length === 0 ? "No ticks have come." : table(headings, days.map(row))));
    });
}
