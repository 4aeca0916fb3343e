import { existsSync } from "node:fs";
import { join } from "node:path";
import { installPrograms } from "@tradesage/mt5";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { print } from "../output.ts";

export function mt5Commands(program: Command): void {
  const mt5 = program.command("mt5").description("the programs that run inside MetaTrader 5");
  mt5
    .command("install")
    .description("copy the programs' sources into a terminal; then compile them there (tools/mt5/README.md)")
    .requiredOption("--to <folder>", "the terminal's data folder: File, Open Data Folder")
    .option("--json", "print JSON")
    .action((options: { to: string; json?: boolean }) => {
      const folder = join(options.to, "MQL5");
      if (!existsSync(folder)) throw new CommandFailed(2, `${options.to} is no data folder: it holds no MQL5`);
      const files = installPrograms(folder);
      print(options, { folder, files }, () => files.map((file) => join(folder, file)).join("\n"));
    });
}
