import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs, styleText } from "node:util";
import { startDemo } from "./demo.ts";
import { stackFolder } from "./layout.ts";
import { readable } from "./log-lines.ts";
import { followLogs } from "./process/follow-logs.ts";
import { serviceNames } from "./services.ts";
import { type Stack, startStack } from "./stack.ts";
import { StackError } from "./stack-error.ts";

const usage = `Usage: npm start [-- options]

Starts TradeSage here: Postgres, NATS, Redis, the event store and every service. Ctrl-C ends it; its data stays.

  --ticks FILE   stream the ticks of this file (MT5's export, or time_msc,bid,ask; also gzipped) into the demo tenant
  --no-demo      start without demo tenant
  --help         this text

Settings are in docs/operations.md. "npm run stack -- --help" tells what can be done with a stack.
`;

/** Signals within this time are one Ctrl-C: npm passes on what the terminal has already sent. */
const sameSignalMs = 500;
const { stdout, stderr } = process;
/** A file ends; its last prices stay good to trade on for a day, that one may try things at leisure. */
const replaySettings = { PAPER_MAX_QUOTE_AGE_MS: String(24 * 3600 * 1000) };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ticks: { type: "string" },
      demo: { type: "boolean", default: true },
      help: { type: "boolean", short: "h" },
    },
    allowNegative: true,
  });
  if (values.help) {
    stdout.write(usage);
    return;
  }
  // npm runs us in the project's folder, wherever its user stands.
  const ticks = values.ticks === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? "", values.ticks);
  if (ticks !== undefined && !existsSync(ticks)) throw new StackError("BAD_SETTING", `There is no file ${ticks}.`);

  const ending = new AbortController();
  const begin = performance.now();
  const env = ticks === undefined ? {} : replaySettings;
  const stack = await startStack({ dir: stackFolder, env, log: (message) => stdout.write(`${message}\n`) });
  const ended = endOnSignal(stack, ending);
  void showLogs(stack, ending.signal);
  say(`Servers are up after ${seconds(begin)}; starting the services`);
  try {
    await Promise.race([stack.waitReady(), ended]);
    if (!ending.signal.aborted) {
      say(`Everything is ready after ${seconds(begin)}`);
      stdout.write(addresses(stack));
      if (values.demo) await startDemo(stack, { ...(ticks !== undefined && { ticks }), signal: ending.signal });
    }
  } catch (error) {
    if (!ending.signal.aborted) {
      await stack.stop();
      throw error;
    }
  }
  await ended;
}

/** Resolves once a signal came and the stack has ended. A second signal ends it by force. */
function endOnSignal(stack: Stack, ending: AbortController): Promise<void> {
  return new Promise((resolve) => {
    let since = 0;
    const onSignal = () => {
      if (!ending.signal.aborted) {
        since = performance.now();
        ending.abort();
        say("Ending; once more to end by force");
        stack.stop().then(resolve, resolve);
      } else if (performance.now() - since > sameSignalMs) {
        stack.kill();
        process.exit(1);
      }
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  });
}

function showLogs(stack: Stack, signal: AbortSignal): Promise<void> {
  const shown = stack.processes.filter(({ description }) => description.kind === "service");
  const files = Object.fromEntries(shown.map(({ description, logFile }) => [description.name, logFile]));
  const text = readable(serviceNames);
  return followLogs(files, (name, line) => stdout.write(`${text(name, line)}\n`), signal);
}

function addresses({ urls, keysFolder }: Stack): string {
  const lines = {
    Console: `${urls.gateway}/console`,
    "HTTP API": `${urls.gateway}/v1`,
    "API reference": `${urls.gateway}/docs`,
    "Live stream": `${urls.gateway.replace("http", "ws")}/v1/stream`,
    Terminals: urls.bridge,
    "Signing keys": keysFolder,
    "Data and logs": stackFolder,
  };
  const width = Math.max(...Object.keys(lines).map((label) => label.length));
  return `\n${Object.entries(lines)
    .map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
    .join("\n")}\n\n`;
}

function say(text: string): void {
  stdout.write(`${stdout.isTTY ? styleText("bold", text) : text}\n`);
}

function seconds(begin: number): string {
  return `${((performance.now() - begin) / 1000).toFixed(1)} s`;
}

stdout.on("error", () => {}); // whoever read may go; the stack stays

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof StackError) stderr.write(`${error.message}\n`);
  else if (isBadArgument(error)) stderr.write(`${error.message}\n\n${usage}`);
  else throw error;
  process.exit(error instanceof StackError ? error.exitCode : 2);
}

function isBadArgument(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
