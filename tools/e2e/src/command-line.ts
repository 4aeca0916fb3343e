import { type ExecFileOptions, execFile } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "@tradesage/stack";
import { PATIENCE_MS } from "@tradesage/until";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(projectFolder, "tools/cli/src/main.ts");

/** Runs `tradesage` as its user does, against the stack of a folder. */
export const tradesage = (folder: string, ...args: readonly string[]): Promise<Ran> =>
  run(folder, { timeout: 2 * PATIENCE_MS }, args);

/** The same, but killed (`kill -9`) where it is still at work after so long. */
export const tradesageKilledAfter = (ms: number, folder: string, ...args: readonly string[]): Promise<Ran> =>
  run(folder, { timeout: ms, killSignal: "SIGKILL" }, args);

function run(folder: string, limits: ExecFileOptions, args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, TRADESAGE_STACK: folder };
  const options = { env, ...limits, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", main, ...args],
      options,
      (error, stdout, stderr) => resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}
