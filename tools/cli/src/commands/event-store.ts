import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { backupEventStore, compactEventStore, EventStoreDataError } from "@tradesage/event-store/server";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { print } from "../output.ts";
import { progress } from "../progress.ts";

interface DataOptions {
  data: string;
  json?: boolean;
}

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** The server's own program takes the options of running it, and its `--help` tells them. */
export function eventStoreCommand(program: Command): void {
  const eventStore = program
    .command("event-store")
    .description("run the embedded event store by itself (--help tells its options), back it up, compact it")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]")
    .action(runServer);

  eventStore
    .command("backup")
    .helpOption("-h, --help", "display help for command")
    .description("copy a store to one file, as of one moment, also while its server runs; the copy is read back")
    .argument("<file>", "the copy; put it into an empty folder as events.sqlite to restore it")
    .requiredOption("--data <dir>", "the folder of the store's data")
    .option("--json", "print JSON")
    .action(backup);

  eventStore
    .command("compact")
    .helpOption("-h, --help", "display help for command")
    .description("remove what no read shows any more, and give its space back; the server must not run")
    .requiredOption("--data <dir>", "the folder of the store's data")
    .option("--json", "print JSON")
    .action(compact);
}

async function runServer(options: readonly string[]): Promise<void> {
  const main = fileURLToPath(new URL("main.ts", import.meta.resolve("@tradesage/event-store/server")));
  const server = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...options], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => server.kill(signal));
  const [code] = (await once(server, "exit")) as [number | null];
  process.exitCode = code ?? 1;
}

async function backup(file: string, options: DataOptions): Promise<void> {
  const bar = progress("backup", 100, options);
  const done = await backupEventStore(options.data, file, ({ done, total }) =>
    bar.advance(Math.round((100 * done) / Math.max(total, 1))),
  ).catch(explained);
  bar.finish();
  print(
    options,
    { ...done, position: String(done.position) },
    () => `${file}: ${megabytes(done.bytes)}, up to position ${done.position}`,
  );
}

async function compact(options: DataOptions): Promise<void> {
  const bar = progress("compact", 100, options);
  try {
    const done = compactEventStore(options.data, ({ done, total }) =>
      bar.advance(Math.round((100 * done) / Math.max(total, 1))),
    );
    print(
      options,
      done,
      () =>
        `${done.removedEvents} events removed; ${megabytes(done.bytesBefore)} before, ${megabytes(done.bytesAfter)} now`,
    );
  } catch (error) {
    explained(error);
  } finally {
    bar.finish();
  }
}

/** What a store's folder can have against it is its user's to know, without a stack trace. */
function explained(error: unknown): never {
  if (error instanceof EventStoreDataError) throw new CommandFailed(2, error.message, { cause: error });
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith("E") || message.includes("is there already"))
    throw new CommandFailed(2, message, { cause: error });
  throw error;
}
