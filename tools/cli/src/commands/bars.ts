import { type Bar, InstrumentSymbol, Timeframe } from "@tradesage/contracts";
import type { DownloadFormat } from "@tradesage/contracts/http";
import { type Command, Option } from "commander";
import { connect } from "../installation.ts";
import { writeOut } from "../output.ts";
import { formatOption, moment } from "./ticks-export.ts";

const HEADER = "time_msc,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n";

const line = (bar: Bar, digits: number) =>
  `${[
    bar.timeMsc,
    ...[bar.bidOpen, bar.bidHigh, bar.bidLow, bar.bidClose, bar.askOpen, bar.askHigh, bar.askLow, bar.askClose].map(
      (price) => price.toFixed(digits),
    ),
  ].join(",")}\n`;

interface ExportOptions {
  tenant: string;
  symbol: string;
  timeframe: Timeframe;
  from?: number;
  to?: number;
  format: DownloadFormat;
}

const rangeOf = (symbol: InstrumentSymbol, { timeframe, from, to }: ExportOptions) => ({
  symbol,
  timeframe,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

export function barsCommand(program: Command): void {
  const bars = program.command("bars").description("read bars");

  bars
    .command("export")
    .description("write bars to standard output, oldest first; in CSV prices have the instrument's digits")
    .requiredOption("--tenant <id>", "whose bars")
    .requiredOption("--symbol <symbol>", "of which instrument")
    .addOption(new Option("--timeframe <length>", "how long a bar is").choices(Timeframe.options).default("1m"))
    .option("--from <time>", "ISO 8601, UTC; in", moment)
    .option("--to <time>", "ISO 8601, UTC; out", moment)
    .addOption(formatOption())
    .action(async (options: ExportOptions) => {
      const api = await connect(options.tenant, "viewer");
      const symbol = InstrumentSymbol.parse(options.symbol);
      if (options.format === "arrow") {
        for await (const bytes of api.download("listBars", rangeOf(symbol, options), "arrow")) await writeOut(bytes);
        return;
      }
      const { digits } = await api.call("getInstrument", { symbol });
      await writeOut(HEADER);
      for await (const bar of api.pages("listBars", { ...rangeOf(symbol, options), limit: 4000 }))
        await writeOut(line(bar, digits));
    });
}
