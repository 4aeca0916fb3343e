import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of this folder as a process of its own. */
export function child(
  file: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): ChildProcess {
  const started = fork(join(import.meta.dirname, file), args, {
    env: { ...process.env, ...env },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  started.on("exit", (code) => {
    if (code) throw new Error(`${file} ended with exit code ${code}`);
  });
  return started;
}

/** The next message of a process that `pick` takes. */
export function heard<Message, Taken>(
  process: ChildProcess,
  pick: (message: Message) => Taken | undefined,
): Promise<Taken> {
  return new Promise((resolve) => {
    const listen = (message: unknown) => {
      const taken = pick(message as Message);
      if (taken === undefined) return;
      process.off("message", listen);
      resolve(taken);
    };
    process.on("message", listen);
  });
}

/** Seconds of processor time that a process has used (proc(5): in ticks of 10 ms). */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Bytes of memory that a process has. */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
