import { RetentionKind } from "@tradesage/contracts";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { connect } from "../installation.ts";
import { print, table } from "../output.ts";

const days = (text: string): number | null => {
  if (text === "forever") return null;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError("a whole number of days, or forever");
  return count;
};

export function retentionCommands(program: Command): void {
  const retention = program.command("retention").description("how long ticks, bars and the equity curve are kept");

  retention
    .command("show")
    .description("tell how long each kind is kept, and what was dropped so far")
    .requiredOption("--tenant <id>", "whose")
    .option("--json", "print JSON")
    .action(async ({ tenant, json }: { tenant: string; json?: boolean }) => {
      const view = await (await connect("platform", "operator")).call("getRetention", { tenantId: tenant });
      print({ json }, view, () =>
        [
          table(
            ["KIND", "DAYS", "DROPPED BEFORE"],
            view.items.map(({ kind, days, droppedBeforeMsc }) => [
              kind,
              days === null ? "forever" : String(days),
              droppedBeforeMsc === null ? "" : new Date(droppedBeforeMsc).toISOString(),
            ]),
          ),
          `compression: ${view.compression}`,
        ].join("\n"),
      );
    });

  retention
    .command("set")
    .addArgument(new Argument("<kind>", "what").choices(RetentionKind.options))
    .addArgument(new Argument("<days>", "after which it may go, or forever").argParser(days))
    .description(
      "keep ticks, bars of one length or the equity curve for so long; whole chunks go, at the next hourly round",
    )
    .requiredOption("--tenant <id>", "whose")
    .action(async (kind: RetentionKind, count: number | null, { tenant }: { tenant: string }) => {
      await (await connect("platform", "operator")).call("setRetention", { tenantId: tenant, kind, days: count });
      print({}, {}, () => `${tenant} keeps ${kind} ${count === null ? "for ever" : `for ${count} days`}`);
    });
}
