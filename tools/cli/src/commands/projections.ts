import { PLATFORM, type Scope } from "@tradesage/contracts";
import { provisionedTenants } from "@tradesage/postgres";
import { compareWithReplay, type Rebuilt, rebuild } from "@tradesage/projections";
import type { Command } from "commander";
import { print, table } from "../output.ts";
import { progress } from "../progress.ts";
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

  projections
    .command("rebuild")
    .description("build the read models anew beside the live ones, compare, and swap them while others work on")
    .option("--tenant <id>", "whose; without it those of the platform and of every tenant, one after the other")
    .option("--json", "print JSON")
    .action(rebuildAll);
}

async function rebuildAll({ tenant, json }: { tenant?: string; json?: boolean }): Promise<void> {
  await withServers({ patient: true }, async ({ postgres, eventStore }) => {
    const scopes: readonly Scope[] =
      tenant === undefined ? [PLATFORM, ...(await provisionedTenants(postgres))] : [tenant];
    const head = Number(await eventStore.head());
    const rebuilt: (Rebuilt & { readonly scope: Scope })[] = [];
    for (const scope of scopes) {
      const bar = progress(scope, head, { json });
      const onProgress = (position: bigint) => bar.advance(Number(position));
      rebuilt.push({ scope, ...(await rebuild({ postgres, eventStore, onProgress }, scope)) });
      bar.finish();
    }
    const told = rebuilt.map(({ position, ...rest }) => ({ ...rest, position: String(position) }));
    print({ json }, told, () =>
      [
        table(
          ["OF", "EVENTS", "TABLES", "ROWS BEFORE", "DIFFERENT", "POSITION"],
          told.map(({ scope, events, tables, rows, differences, position }) => [
            ...[scope, String(events), String(tables.length), String(rows), String(differences.length), position],
          ]),
        ),
        ...told.flatMap(({ scope, differences }) => differences.map((row) => `${scope} ${JSON.stringify(row)}`)),
      ].join("\n"),
    );
  });
}
