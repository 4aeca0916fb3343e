import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { issueTerminalKey } from "@tradesage/client";
import type { InstrumentSymbol, TickView } from "@tradesage/contracts";
import {
  batchFaults,
  type Misbehaviour,
  readTickFile,
  runTerminal,
  type Speed,
  TerminalEnded,
  TickFileError,
  tickFaults,
} from "@tradesage/simulator";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { connect, findInstallation } from "../installation.ts";
import { print } from "../output.ts";
import { progress } from "../progress.ts";
import { symbolOption } from "./symbol-option.ts";
import { ticksExportCommand } from "./ticks-export.ts";
import { ticksImportCommand } from "./ticks-import.ts";
import { ticksQualityCommand } from "./ticks-quality.ts";

interface FeedOptions {
  tenant: string;
  symbol: InstrumentSymbol;
  file: string;
  json?: boolean;
}

const fileOption = () =>
  new Option("--file <file>", "MT5's tick export, or CSV with time_msc,bid,ask; gzipped or not")
    .makeOptionMandatory()
    .argParser((file) => {
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new InvalidArgumentError("there is no such file");
      return file;
    });

export function ticksCommands(program: Command): void {
  const ticks = program
    .command("ticks")
    .description("stream ticks in as a terminal does, and hold the table against a file");

  ticks
    .command("send")
    .description("play a terminal that streams a file's ticks; returns when all are stored for good")
    .requiredOption("--tenant <id>", "whose feed")
    .addOption(symbolOption())
    .addOption(fileOption())
    .option(
      "--misbehave <fault=share...>",
      `what goes wrong, and how often: ${faults.join(", ")}; e.g. crossed=0.01`,
      misbehaviour,
      {},
    )
    .option("--seed <number>", "decides what goes wrong with which tick or batch", Number, 1)
    .option("--suffix <text>", "what the broker writes behind the symbol's name")
    .addOption(new Option("--speed <speed>", "how fast time passes").choices(["1x", "60x", "max"]).default("max"))
    .option("--json", "print JSON")
    .action(send);

  ticks
    .command("verify")
    .description("compare the table with a file, tick by tick; exit code 1 when they differ")
    .requiredOption("--tenant <id>", "whose ticks")
    .addOption(symbolOption())
    .addOption(fileOption())
    .option("--json", "print JSON")
    .action(verify);

  ticksExportCommand(ticks);
  ticksImportCommand(ticks);
  ticksQualityCommand(ticks);
}

const faults: readonly string[] = [...tickFaults, ...batchFaults];

/** `crossed=0.01`, beside what was said before. */
function misbehaviour(text: string, before: Misbehaviour): Misbehaviour {
  const [fault = "", share] = text.split("=");
  const often = Number(share);
  if (!faults.includes(fault)) throw new InvalidArgumentError(`one of ${faults.join(", ")}`);
  if (!(often > 0 && often <= 1)) throw new InvalidArgumentError("a share above 0, at most 1");
  return { ...before, [fault]: often };
}

interface SendOptions extends FeedOptions {
  speed: Speed;
  misbehave: Misbehaviour;
  seed: number;
  suffix?: string;
}

async function send(options: SendOptions): Promise<void> {
  const installation = findInstallation();
  const stopped = new AbortController();
  process.once("SIGINT", () => stopped.abort());
  const total = await countTicks(options);
  const bar = progress(options.symbol, total, options);
  const operator = await connect("platform", "operator");
  const keyId = randomUUID();
  const begin = performance.now();
  const done = await runTerminal({
    url: installation.bridgeUrl,
    key: await issueTerminalKey(operator, { tenantId: options.tenant, keyId, label: "tradesage ticks send" }),
    symbols: [options.symbol],
    source: readTickFile(options.file, options.symbol),
    speed: options.speed,
    misbehaviour: options.misbehave,
    seed: options.seed,
    ...(options.suffix !== undefined && { suffix: options.suffix }),
    signal: stopped.signal,
    onProgress: ({ acknowledged, skipped, lost }) => bar.advance(acknowledged + skipped + lost),
  }).catch((error: unknown) => {
    if (error instanceof TerminalEnded) throw new CommandFailed(4, error.message, { cause: error });
    throw badFile(error);
  });
  await operator.call("revokeTerminalKey", { tenantId: options.tenant, keyId });
  bar.finish();
  const seconds = (performance.now() - begin) / 1000;
  const { acknowledged, skipped, lost, reconnects } = done;
  print(options, { ticks: total, acknowledged, skipped, lost, reconnects, seconds }, () =>
    [
      `${acknowledged} ticks stored in ${seconds.toFixed(1)} s`,
      ...(skipped > 0 ? [`${skipped} were there already`] : []),
      ...(lost > 0 ? [`${lost} were lost on purpose`] : []),
      ...(reconnects > 0 ? [`the link was lost ${reconnects} times`] : []),
    ].join("; "),
  );
  if (acknowledged + skipped + lost < total) process.exitCode = 1;
}

async function countTicks({ file, symbol }: FeedOptions): Promise<number> {
  let count = 0;
  try {
    for await (const some of readTickFile(file, symbol)) count += some.length;
  } catch (error) {
    throw badFile(error);
  }
  return count;
}

const badFile = (error: unknown) =>
  error instanceof TickFileError ? new CommandFailed(2, error.message, { cause: error }) : error;

const SHOWN = 10;

async function verify(options: FeedOptions): Promise<void> {
  const api = await connect(options.tenant, "viewer");
  const total = await countTicks(options);
  const bar = progress(options.symbol, total, options);
  const stored = api.pages("listTicks", { symbol: options.symbol, limit: 4000 })[Symbol.asyncIterator]();
  const differences: string[] = [];
  let different = 0;
  let compared = 0;
  const differ = (text: string) => {
    if (++different <= SHOWN) differences.push(text);
  };
  for await (const some of readTickFile(options.file, options.symbol)) {
    for (const tick of some) {
      const { value, done } = await stored.next();
      compared++;
      if (done) differ(`tick ${compared} of the file is not in the table: ${told(tick)}`);
      else if (told(tick) !== told(value))
        differ(`tick ${compared}: the file has ${told(tick)}, the table ${told(value)}`);
    }
    bar.advance(compared);
  }
  for (let next = await stored.next(); !next.done; next = await stored.next())
    differ(`the table has a tick that is not in the file: ${told(next.value)}`);
  bar.finish();
  print(options, { equal: different === 0, ticks: total, different, differences }, () =>
    different === 0
      ? `equal: the table holds exactly the file's ${total} ticks`
      : [`${different} differences`, ...differences, ...(different > SHOWN ? ["…"] : [])].join("\n"),
  );
  if (different > 0) process.exitCode = 1;
}

/** A tick's every field, in one order. */
const told = ({ timeMsc, ordinal, bid, ask, last, volume, flags }: Omit<TickView, "quality">) =>
  `${timeMsc}#${ordinal} ${bid}/${ask} last ${last} × ${volume} flags ${flags}`;
