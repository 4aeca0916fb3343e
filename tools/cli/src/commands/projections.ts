import { connectEventStore } from "@tradesage/event-store";
import { connectPostgres } from "@tradesage/postgres";
import { compareWithReplay } from "@tradesage/projections";
import { readEnvironment, stackFolder } from "@tradesage/stack";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { print } from "../output.ts";

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
      const environment = readEnvironment(process.env["TRADESAGE_STACK"] || stackFolder) ?? process.env;
      const postgres = connectPostgres({ url: setting(environment, "DATABASE_URL"), applicationName: "tradesage" });
      const eventStore = connectEventStore({ connectionString: setting(environment, "EVENTSTORE_URL") });
      try {
        const { position, rows, differences } = await compareWithReplay({ postgres, eventStore }, options.tenant);
        const equal = differences.length === 0;
        print(options, { equal, position: String(position), rows, differences }, () =>
          equal
            ? `equal: ${rows} rows are what a replay up to position ${position} gives`
            : [`${differences.length} rows differ`, ...differences.map((row) => JSON.stringify(row))].join("\n"),
        );
        if (!equal) process.exitCode = 1;
      } finally {
        await Promise.all([postgres.close(), eventStore.close()]);
      }
    });
}

function setting(environment: NodeJS.ProcessEnv, name: "DATABASE_URL" | "EVENTSTORE_URL"): string {
  const value = environment[name];
  if (value) return value;
  throw new CommandFailed(3, `No installation runs here, and ${name} names no server.`);
}
