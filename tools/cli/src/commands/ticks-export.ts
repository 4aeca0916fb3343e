import type { InstrumentSymbol } from "@tradesage/contracts";
import { type DownloadFormat, routes } from "@tradesage/contracts/http";
import { type Command, InvalidArgumentError, Option } from "commander";
import { connect } from "../installation.ts";
import { writeOut } from "../output.ts";
import { symbolOption } from "./symbol-option.ts";

/** A moment on the command line: ISO 8601, taken as UTC where it says nothing. Milliseconds since the epoch. */
export function moment(text: string): number {
  const msc = Date.parse(/[zZ]$|[+-]\d\d:\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`);
  if (Number.isNaN(msc)) throw new InvalidArgumentError("not a time in ISO 8601");
  return msc;
}

export const formatOption = () =>
  new Option("--format <format>", "CSV, or Arrow's IPC stream").choices(routes.listTicks.downloads).default("csv");

export function ticksExportCommand(ticks: Command): void {
  ticks
    .command("export")
    .description("write ticks to standard output, oldest first, as many as there are")
    .requiredOption("--tenant <id>", "whose ticks")
    .addOption(symbolOption())
    .option("--from <time>", "ISO 8601, UTC; in", moment)
    .option("--to <time>", "ISO 8601, UTC; out", moment)
    .addOption(formatOption())
    .action(
      async (options: {
        tenant: string;
        symbol: InstrumentSymbol;
        from?: number;
        to?: number;
        format: DownloadFormat;
      }) => {
        const { symbol, from, to } = options;
        const api = await connect(options.tenant, "viewer");
        const range = { symbol, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        for await (const bytes of api.download("listTicks", range, options.format)) await writeOut(bytes);
      },
    );
}
