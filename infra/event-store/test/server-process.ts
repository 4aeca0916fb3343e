import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const main = join(import.meta.dirname, "../src/server/main.ts");

/** A server in a process of its own, as its users run it. */
export interface ServerProcess {
  readonly process: ChildProcess;
  readonly port: number;
  readonly url: string;
  /** What it wrote to stderr. */
  errors(): string;
  /** Ends it, and gives its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts it and waits until it is ready. `through` is a program that starts it, such as strace. Throws if it ends. */
export async function startServerProcess(
  args: readonly string[],
  { env = {}, through = [] }: { env?: NodeJS.ProcessEnv; through?: readonly string[] } = {},
): Promise<ServerProcess> {
  const command = [...through, process.execPath, "--disable-warning=ExperimentalWarning", main, ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const ended = once(child, "exit") as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return (await ended)[0];
  };
  onTestFinished(() => void end("SIGKILL"));
  const line = await Promise.race([once(child.stdout, "data"), ended.then(() => undefined)]);
  const [, url, port] = /(esdb:\/\/[^:]+:(\d+)\S*)/.exec(String(line)) ?? [];
  if (url === undefined) throw new Error(`the server ended with ${(await ended)[0]}: ${errors}`);
  return { process: child, port: Number(port), url, errors: () => errors, end };
}

/** A folder that is there for the length of a test. */
export function newFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, "event-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
