import { connect } from "node:net";
import { join } from "node:path";
import type { Layout } from "../layout.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { makeDataFolder, native } from "./native.ts";

/** Redis, with its append-only file. */
export function redis(layout: Layout, port: number): { url: string; description: ProcessDescription } {
  const data = join(layout.data, "redis");
  makeDataFolder(data);
  const settings = { port: String(port), bind: "127.0.0.1", dir: data, appendonly: "yes", save: "" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return {
    url: `redis://127.0.0.1:${port}`,
    description: {
      name: "redis",
      ports: { redis: port },
      ...native("bin/redis-server", args),
      stopSignal: "SIGTERM",
      isReady: async () => (await askInline(port, "PING\r\n")).startsWith("+PONG"), // "-LOADING" while it reads its file
    },
  };
}

function askInline(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1000 });
    socket.once("connect", () => socket.write(command));
    socket.once("data", (answer) => {
      resolve(answer.toString());
      socket.destroy();
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed without an answer")));
  });
}
