import { ApiUnavailable } from "@tradesage/client";
import { Refused } from "@tradesage/contracts";
import { Command, CommanderError } from "commander";
import { addCommands } from "./add-commands.ts";
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

await addCommands(program, process.argv[2]);

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 5));

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
  if (error instanceof ApiUnavailable) return [5, error.message];
  return [5, error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
