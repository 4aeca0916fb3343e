import { readEnvironment, readState, stackFolder } from "@tradesage/stack";
import type { Command } from "commander";
import { CommandFailed } from "../exit-codes.ts";
import { inspectServers } from "../inspect-servers.ts";
import { type Health, inspectService } from "../inspect-services.ts";
import { print, table } from "../output.ts";

const headings = ["PROCESS", "KIND", "UP", "READY", "VERSION", "PID", "RESTARTS", "LAG", "FAILING"];

export function statusCommand(program: Command): void {
  program
    .command("status")
    .description("show every process and server: up, ready, versions, lag; exit code 0 only when all is ready")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      const folder = process.env["TRADESAGE_STACK"] || stackFolder;
      const state = readState(folder);
      const environment = readEnvironment(folder);
      if (!state?.running || environment === undefined)
        throw new CommandFailed(3, "No installation runs here. Start one with: npm start");
      const [servers, services] = await Promise.all([
        inspectServers(environment, state.processes),
        Promise.all(state.processes.filter(({ kind }) => kind === "service").map(inspectService)),
      ]);
      const all = [...servers, ...services];
      const ready = all.every((health) => health.ready);
      print(options, { ready, urls: state.urls, processes: all }, () => table(headings, all.map(row)));
      if (!ready) process.exitCode = 1;
    });
}

const row = (health: Health) => [
  health.name,
  health.kind,
  health.up ? "yes" : "no",
  health.ready ? "yes" : "no",
  health.version ?? "",
  String(health.pid ?? ""),
  String(health.restarts ?? ""),
  Object.entries(health.lag)
    .map(([name, value]) => `${name.replace(/^tradesage_|_lag/g, "")}=${value}`)
    .join(" "),
  health.failing.join(", "),
];
