import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../layout.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { makeDataFolder, native } from "./native.ts";

/** NATS with JetStream. What it acknowledges is on the disk: by default it would flush every two minutes only. */
export function nats(
  layout: Layout,
  ports: { nats: number; natsMonitor: number },
): { url: string; description: ProcessDescription } {
  const data = join(layout.data, "nats");
  const config = join(layout.data, "nats.conf");
  makeDataFolder(data);
  writeFileSync(config, configuration(data, ports));
  chmodSync(config, 0o644);
  return {
    url: `nats://127.0.0.1:${ports.nats}`,
    description: {
      name: "nats",
      ports,
      ...native("sbin/nats-server", ["--config", config]),
      stopSignal: "SIGTERM",
      isReady: async () => {
        const answer = await fetch(`http://127.0.0.1:${ports.natsMonitor}/healthz`, {
          signal: AbortSignal.timeout(1000),
        });
        return answer.ok;
      },
    },
  };
}

function configuration(data: string, ports: { nats: number; natsMonitor: number }): string {
  return `server_name: tradesage
listen: "127.0.0.1:${ports.nats}"
http: "127.0.0.1:${ports.natsMonitor}"
ping_interval: "10s"
ping_max: 2
jetstream {
  store_dir: ${JSON.stringify(data)}
  sync_interval: always
}
`;
}
