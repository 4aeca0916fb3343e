import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const program = new URL("./fixtures/service.ts", import.meta.url).pathname;

export interface RunningService {
  readonly child: ChildProcess;
  /** What it has logged so far. */
  readonly log: Record<string, unknown>[];
  /** Waits until it has logged this message; throws if it ends before. */
  logged(message: string): Promise<void>;
  /** Waits for its end, and gives its exit code. */
  ended(): Promise<number | null>;
  /** Asks its management port. */
  get(path: string): Promise<{ status: number; body: string }>;
}

/** Runs the fixture as a process of its own; it ends with the test at the latest. */
export function startService(environment: Record<string, string>, supervised = false): RunningService {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    env: { PATH: process.env["PATH"], NATS_URL: "nats://127.0.0.1:4222", MANAGEMENT_PORT: "0", ...environment },
    stdio: supervised ? ["ignore", "pipe", "inherit", "ipc"] : ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit") as Promise<[number | null]>;
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  if (!child.stdout) throw new Error("its standard output is not a pipe");
  const log: Record<string, unknown>[] = [];
  const lines = createInterface(child.stdout);
  lines.on("line", (line) => log.push(JSON.parse(line) as Record<string, unknown>));
  const hasLogged = (message: string) => log.some(({ msg }) => msg === message);

  const service: RunningService = {
    child,
    log,
    async logged(message) {
      while (!hasLogged(message)) {
        const event = await Promise.race([once(lines, "line"), once(lines, "close").then(() => "closed")]);
        if (event === "closed" && !hasLogged(message)) throw new Error(`it ended before it logged "${message}"`);
      }
    },
    async ended() {
      const [code] = await exit;
      return code;
    },
    async get(path) {
      const { managementPort } = log.find(({ msg }) => msg === "started") ?? {};
      const answer = await fetch(`http://127.0.0.1:${managementPort}${path}`);
      return { status: answer.status, body: await answer.text() };
    },
  };
  return service;
}
