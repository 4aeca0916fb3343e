import { execFile } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "@tradesage/stack";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = join(projectFolder, "tools/cli/src/main.ts");
const WITHIN_MS = 120_000;

/** Runs `tradesage` as its user does, against the stack of a folder. */
export function tradesage(folder: string, ...args: readonly string[]): Promise<Ran> {
  const env = { ...process.env, TRADESAGE_STACK: folder };
  const options = { env, timeout: WITHIN_MS, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", main, ...args],
      options,
      (error, stdout, stderr) => resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}
