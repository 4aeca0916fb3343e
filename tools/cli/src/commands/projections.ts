import { compareWithReplay } from "@tradesage/projections";
import type { Command } from "commander";
import { print } from "../output.ts";
import { withServers } from "../servers.ts";

export function projectionsCommand(program: Command): void {
  const projections = program.command("projections").description("look after the read models");

  projections
    .command("verify")
    .description(
      "replay a tenant's history beside its read models and compare row by row; exit code 1 when they differ",
    )
    .requiredOption("--tenant <id>", "whose read models")
    .option("--json", "print JSON")
    .action(async (options: { tenant: string; json?: boolean }) => {
      await withServers({}, async ({ postgres, eventStore }) => {
        const { position, rows, differences } = await compareWithReplay({ postgres, eventStore }, options.tenant);
        const equal = differences.length === 0;
        print(options, { equal, position: String(position), rows, differences }, () =>
          equal
            ? `equal: ${rows} rows are what a replay up to position ${position} gives`
            : [`${differences.length} rows differ`, ...differences.map((row) => JSON.stringify(row))].join("\n"),
        );
        if (!equal) process.exitCode = 1;
      });
    });
}
