import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EventStoreDBClient } from "@eventstore/db-client";

/** A server in a process of its own, and a client of it. */
export interface ServerProcess {
  readonly client: EventStoreDBClient;
  /** Milliseconds from the start of the process until it served. */
  readonly startedIn: number;
  /** Bytes that it holds in memory now, and the most that it ever held. */
  memory(): { readonly now: number; readonly most: number };
  end(): Promise<void>;
}

export const startStore = (dataDir: string): Promise<ServerProcess> =>
  start(fileURLToPath(new URL("main.ts", import.meta.resolve("@tradesage/event-store/server"))), [
    ...["--port", "0"],
    ...["--data", dataDir],
  ]);

export const startMemoryServer = (sizes: object): Promise<ServerProcess> =>
  start(fileURLToPath(import.meta.resolve("./memory-server.ts")), [JSON.stringify(sizes)]);

async function start(script: string, args: readonly string[]): Promise<ServerProcess> {
  const begin = performance.now();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const line = String(await Promise.race([once(child.stdout, "data"), exited]));
  const startedIn = performance.now() - begin;
  const url = /esdb:\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`the server did not start: ${line}`);
  const client = EventStoreDBClient.connectionString(url);
  return {
    client,
    startedIn,
    memory: () => memoryOf(child),
    async end() {
      await client.dispose();
      child.kill();
      await exited;
    },
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function memoryOf({ pid }: ChildProcess): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}
