import { ApiUnavailable } from "@tradesage/client";
import { Refused } from "@tradesage/contracts";
import { EventStoreUnavailable } from "@tradesage/event-store";
import { PostgresUnavailable, TenantNotProvisioned } from "@tradesage/postgres";
import { Command, CommanderError } from "commander";
import { auditCommand } from "./commands/audit.ts";
import { backupCommands } from "./commands/backup.ts";
import { barsCommand } from "./commands/bars.ts";
import { eventStoreCommand } from "./commands/event-store.ts";
import { mt5Commands } from "./commands/mt5.ts";
import { projectionsCommand } from "./commands/projections.ts";
import { replayCommand } from "./commands/replay.ts";
import { retentionCommands } from "./commands/retention.ts";
import { riskCommands } from "./commands/risk.ts";
import { statusCommand } from "./commands/status.ts";
import { tenantCommands } from "./commands/tenant.ts";
import { terminalKeyCommands } from "./commands/terminal-key.ts";
import { ticksCommands } from "./commands/ticks.ts";
import { tokenCommand } from "./commands/token.ts";
import { tradingCommands } from "./commands/trading.ts";
import { tradingStateCommands } from "./commands/trading-state.ts";
import { watchCommand } from "./commands/watch.ts";
import { CommandFailed, type ExitCode, exitCodes } from "./exit-codes.ts";
import { installationSettings } from "./installation.ts";

const rows = (entries: Readonly<Record<string, string>>) =>
  Object.entries(entries)
    .map(([name, meaning]) => `  ${name.padEnd(22)}${meaning}`)
    .join("\n");

const program = new Command("tradesage")
  .description("Works with a running TradeSage installation: the one of this checkout, or one named by environment.")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(--help tells what there is)")
  .exitOverride()
  .addHelpText("after", `\nEnvironment:\n${rows(installationSettings)}\n\nExit codes:\n${rows(exitCodes)}`);

tenantCommands(program);
backupCommands(program);
tradingCommands(program);
tokenCommand(program);
terminalKeyCommands(program);
ticksCommands(program);
barsCommand(program);
tradingStateCommands(program);
riskCommands(program);
replayCommand(program);
retentionCommands(program);
watchCommand(program);
statusCommand(program);
projectionsCommand(program);
eventStoreCommand(program);
auditCommand(program);
mt5Commands(program);

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 5));

const isUnavailable = (error: unknown): error is Error =>
  error instanceof ApiUnavailable || error instanceof PostgresUnavailable || error instanceof EventStoreUnavailable;

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const [code, message] = failureOf(error);
  process.stderr.write(`${message}\n`);
  return code;
}

function failureOf(error: unknown): readonly [ExitCode, string] {
  if (error instanceof CommandFailed) return [error.exitCode, error.message];
  if (error instanceof Refused) return [4, `${error.code}: ${error.message}`];
  if (error instanceof TenantNotProvisioned) return [4, `TENANT_NOT_FOUND: ${error.message}`];
  if (isUnavailable(error)) return [5, error.message];
  return [5, error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
