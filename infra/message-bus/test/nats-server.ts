import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { until } from "@tradesage/until";
import getPort from "get-port";

/** The one that the local stack set up; absent where all servers are named by environment. */
const program = resolve(import.meta.dirname, "../../../.stack/native/root/usr/sbin/nats-server");
export const haveNatsServer = existsSync(program);

/** A server of the spec's own, that it may kill. */
export interface PrivateServer {
  readonly url: string;
  readonly port: number;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** With the data that it had. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  remove(): Promise<void>;
}

export async function startPrivateServer(authorization = ""): Promise<PrivateServer> {
  const folder = await mkdtemp(join(tmpdir(), "bus-"));
  const port = await getPort({ host: "127.0.0.1" });
  const config = join(folder, "nats.conf");
  await writeFile(
    config,
    `listen: "127.0.0.1:${port}"
${authorization}
jetstream { store_dir: ${JSON.stringify(join(folder, "data"))}, sync_interval: always }
`,
  );
  let child: ChildProcess | undefined;

  const server: PrivateServer = {
    url: `nats://127.0.0.1:${port}`,
    port,
    async start() {
      child = spawn(program, ["--config", config], { stdio: "ignore" });
      await accepts(port);
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    signal: (signal) => void child?.kill(signal),
    async remove() {
      await server.kill();
      await rm(folder, { recursive: true });
    },
  };
  await server.start();
  return server;
}

async function accepts(port: number): Promise<void> {
  await until(`a server on port ${port}`, async () => {
    const socket = createConnection(port, "127.0.0.1");
    const outcome = await Promise.race([once(socket, "connect"), once(socket, "error")]).catch(() => undefined);
    socket.destroy();
    return outcome?.length === 0;
  });
}
