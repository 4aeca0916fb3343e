import { rmSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { layoutOf, stackFolder } from "./layout.ts";
import { endLeftovers } from "./leftovers.ts";
import { readable } from "./log-lines.ts";
import { followLogs } from "./process/follow-logs.ts";
import { isAlive } from "./process/identity.ts";
import { lastLines } from "./process/log-file.ts";
import { until } from "./process/until.ts";
import { readState } from "./state.ts";

const usage = `Usage: npm run stack -- COMMAND

  status              show every process of the stack of this checkout: exit code 0 when all are ready, 1 when some
                      are not, 3 when it does not run
  stop                end it; its data stays
  reset [--yes]       end it and delete its data, keys and logs (asks first)
  logs [NAME…]        show the logs of some processes, or of all
       [-n LINES]     how many lines of each, 20 without it
       [-f]           and go on showing what is written
`;

const { stdout, stderr } = process;
const stopDeadlineMs = 40_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean", short: "h" },
    yes: { type: "boolean", short: "y" },
    follow: { type: "boolean", short: "f" },
    lines: { type: "string", short: "n", default: "20" },
  },
});
const [command, ...names] = positionals;
const commands: Readonly<Record<string, () => number | Promise<number>>> = { status, stop, reset, logs };

const chosen = command === undefined || !Object.hasOwn(commands, command) ? undefined : commands[command];
if (values.help || !chosen) {
  (values.help ? stdout : stderr).write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  process.exitCode = await chosen();
}

function status(): number {
  const state = readState();
  if (!state?.running) {
    stdout.write("The stack of this checkout does not run.\n");
    return 3;
  }
  const rows = state.processes.map(({ name, state, process, restarts, ports }) => [
    name,
    state,
    String(process?.pid ?? "–"),
    String(restarts),
    Object.values(ports).join(", "),
  ]);
  const table = [["PROCESS", "STATE", "PID", "RESTARTS", "PORTS"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  }
  return state.processes.every(({ state }) => state === "ready") ? 0 : 1;
}

async function stop(): Promise<number> {
  const state = readState();
  if (!state?.running) {
    await endLeftovers(stackFolder);
    stdout.write("The stack of this checkout does not run.\n");
    return 0;
  }
  process.kill(state.supervisor.pid, "SIGTERM");
  if (await until(() => !isAlive(state.supervisor), stopDeadlineMs)) {
    stdout.write("The stack has ended; its data stays.\n");
    return 0;
  }
  stderr.write(`Process ${state.supervisor.pid} has not ended after ${stopDeadlineMs / 1000} s.\n`);
  return 1;
}

async function reset(): Promise<number> {
  const { data, keys, logs, run } = layoutOf(stackFolder);
  if (!values.yes && !(await isWanted(`This deletes all tenants, events and ticks in ${data}, its keys and logs.`))) {
    stderr.write("Nothing was deleted.\n");
    return 2;
  }
  if ((await stop()) !== 0) return 1;
  for (const folder of [data, keys, logs, run]) rmSync(folder, { recursive: true, force: true });
  stdout.write("The stack is as new.\n");
  return 0;
}

async function isWanted(warning: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    stderr.write(`${warning} Say --yes to do it.\n`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: stderr });
  const answer = await terminal.question(`${warning} Type "yes" to do it: `);
  terminal.close();
  return answer.trim() === "yes";
}

async function logs(): Promise<number> {
  const processes = readState()?.processes ?? [];
  const known = processes.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  const count = Number(values.lines);
  if (unknown.length > 0 || !(count >= 0)) {
    stderr.write(unknown.length > 0 ? `No log of ${unknown.join(", ")}: there are ${known.join(", ")}.\n` : usage);
    return 2;
  }
  const chosen = processes.filter(({ name }) => names.length === 0 || names.includes(name));
  const text = readable(known);
  for (const { name, log } of chosen) {
    for (const line of lastLines(log, count)) stdout.write(`${text(name, line)}\n`);
  }
  if (!values.follow) return 0;
  const ending = new AbortController();
  process.once("SIGINT", () => ending.abort());
  const files = Object.fromEntries(chosen.map(({ name, log }) => [name, log]));
  await followLogs(files, (name, line) => stdout.write(`${text(name, line)}\n`), ending.signal);
  return 0;
}
