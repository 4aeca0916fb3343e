import { type Bar, InstrumentSymbol, Timeframe } from "@tradesage/contracts";
import { type Command, Option } from "commander";
import { connect } from "../installation.ts";
import { writeOut } from "../output.ts";

const HEADER = "time_msc,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n";

const line = (bar: Bar, digits: number) =>
  `${[
    bar.timeMsc,
    ...[bar.bidOpen, bar.bidHigh, bar.bidLow, bar.bidClose, bar.askOpen, bar.askHigh, bar.askLow, bar.askClose].map(
      (price) => price.toFixed(digits),
    ),
  ].join(",")}\n`;

export function barsCommand(program: Command): void {
  const bars = program.command("bars").description("read bars");

  bars
    .command("export")
    .description("write bars as CSV to standard output, oldest first; prices have the instrument's digits")
    .requiredOption("--tenant <id>", "whose bars")
    .requiredOption("--symbol <symbol>", "of which instrument")
    .addOption(new Option("--timeframe <length>", "how long a bar is").choices(Timeframe.options).default("1m"))
    .option("--from <time>", "ISO 8601, UTC; in", (text) => Date.parse(text))
    .option("--to <time>", "ISO 8601, UTC; out", (text) => Date.parse(text))
    .action(async (options: { tenant: string; symbol: string; timeframe: Timeframe; from?: number; to?: number }) => {
      const api = await connect(options.tenant, "viewer");
      const symbol = InstrumentSymbol.parse(options.symbol);
      const { digits } = await api.call("getInstrument", { symbol });
      const range = {
        symbol,
        timeframe: options.timeframe,
        limit: 4000,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.to === undefined ? {} : { to: options.to }),
      };
      await writeOut(HEADER);
      for await (const bar of api.pages("listBars", range)) await writeOut(line(bar, digits));
    });
}
