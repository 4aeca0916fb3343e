import { statSync } from "node:fs";
import { type InstrumentSymbol, TenantId } from "@tradesage/contracts";
import { type FileTick, type Imported, importTicks } from "@tradesage/market-data/import";
import type { Postgres } from "@tradesage/postgres";
import { readTickFile, TickFileError, type TickFileFormat, tickFileFormats } from "@tradesage/simulator";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { print } from "../output.ts";
import { progress } from "../progress.ts";
import { withServers } from "../servers.ts";
import { symbolOption } from "./symbol-option.ts";

interface ImportOptions {
  tenant: string;
  symbol: InstrumentSymbol;
  format?: TickFileFormat;
  jobs: number;
  withParallelCopy?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** Ticks in a transaction: live ticks of the tenant wait no longer than one takes. */
const AT_ONCE = 50_000;

export function ticksImportCommand(ticks: Command): void {
  ticks
    .command("import")
    .addArgument(new Argument("<files...>", "MT5's tick export, or CSV with time_msc,bid,ask; gzipped or not"))
    .description(
      "write history straight into a tenant's table, on the servers themselves; what is there already is passed over",
    )
    .requiredOption("--tenant <id>", "whose ticks")
    .addOption(symbolOption())
    .addOption(new Option("--format <format>", "refuse files of another format").choices(tickFileFormats))
    .addOption(
      new Option("--jobs <count>", "files at a time").default(2).argParser((text) => {
        const jobs = Number(text);
        if (!Number.isInteger(jobs) || jobs < 1 || jobs > 16) throw new InvalidArgumentError("1 to 16");
        return jobs;
      }),
    )
    .option("--with-parallel-copy", "refused: this release writes by its own binary COPY only")
    .option("--dry-run", "only read and check every line")
    .option("--json", "print JSON")
    .action(importFiles);
}

async function importFiles(files: readonly string[], options: ImportOptions): Promise<void> {
  // It knows no conflict, so no repeats, and makes no bars (decision 8): a way round that was never tried against a real one.
  if (options.withParallelCopy)
    throw new CommandFailed(2, "timescaledb-parallel-copy is not supported; import without --with-parallel-copy");
  if (!TenantId.safeParse(options.tenant).success) throw new CommandFailed(2, `"${options.tenant}" is no tenant's id`);
  for (const file of files)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile())
      throw new CommandFailed(2, `${file}: there is no such file`);
  // Every line is read before the first is written: a file that is wrong anywhere changes nothing.
  let total = 0;
  await eachAtOnce(options.jobs, files, async (file) => {
    for await (const some of ticksOf(file, options)) total += some.length;
  });
  const begin = performance.now();
  const done = { inserted: 0, repeated: 0 };
  if (!options.dryRun) {
    const bar = progress(options.symbol, total, options);
    const onChunk = ({ inserted, repeated }: Imported) => {
      done.inserted += inserted;
      done.repeated += repeated;
      bar.advance(done.inserted + done.repeated);
    };
    await withServers({}, ({ postgres }) =>
      eachAtOnce(options.jobs, files, (file) => importFile(postgres, file, options, onChunk)),
    );
    bar.finish();
  }
  const seconds = (performance.now() - begin) / 1000;
  print(options, { files: files.length, ticks: total, ...done, dryRun: options.dryRun ?? false, seconds }, () =>
    options.dryRun
      ? `${total} ticks in ${files.length} files could be read; nothing was written`
      : `${done.inserted} ticks written in ${seconds.toFixed(1)} s; ${done.repeated} were there already`,
  );
}

async function importFile(
  postgres: Postgres,
  file: string,
  options: ImportOptions,
  onChunk: (imported: Imported) => void,
): Promise<void> {
  const { tenant, symbol } = options;
  let waiting: FileTick[] = [];
  const flush = async () => {
    if (waiting.length > 0) onChunk(await importTicks(postgres, tenant, symbol, waiting));
    waiting = [];
  };
  for await (const some of ticksOf(file, options)) {
    for (const tick of some) waiting.push(tick);
    if (waiting.length >= AT_ONCE) await flush();
  }
  await flush();
}

async function* ticksOf(file: string, { symbol, format }: ImportOptions): AsyncGenerator<readonly FileTick[]> {
  try {
    yield* readTickFile(file, symbol, format);
  } catch (error) {
    if (error instanceof TickFileError) throw new CommandFailed(2, `BAD_TICK_FILE: ${error.message}`, { cause: error });
    throw error;
  }
}

/** The first failure ends all: what was written stays, and the next import goes on from it. */
async function eachAtOnce(
  count: number,
  files: readonly string[],
  work: (file: string) => Promise<void>,
): Promise<void> {
  const rest = files.values();
  const worker = async () => {
    for (const file of rest) await work(file);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
