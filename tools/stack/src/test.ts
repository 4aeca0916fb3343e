import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectFolder, stackFolder } from "./layout.ts";
import { summaryLine } from "./test-summary.ts";

// Runs every spec, and ends with one line that says how it went, whatever else was printed.
mkdirSync(join(stackFolder, "test"), { recursive: true });
const folder = mkdtempSync(join(stackFolder, "test/results-"));
const results = join(folder, "results.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
const vitest = join(projectFolder, "node_modules/vitest/vitest.mjs");

const child = spawn(process.execPath, [vitest, "run", ...reporters, ...process.argv.slice(2)], {
  cwd: projectFolder,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => {
  const { line, failed } = summaryLine(readOrNothing(results), code ?? 1);
  rmSync(folder, { recursive: true });
  process.stdout.write(`${line}\n`);
  process.exitCode = failed > 0 ? 1 : 0;
});

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // it ended before it could write
  }
}
