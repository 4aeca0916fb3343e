import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Layout, projectFolder } from "../layout.ts";
import { nodeProgram } from "../process/node-program.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { accepts } from "./accepts.ts";

const main = join(projectFolder, "infra/event-store/src/server/main.ts");

/** The embedded event store, which speaks EventStoreDB's protocol. */
export function eventStore(
  layout: Layout,
  port: number,
  env: NodeJS.ProcessEnv,
): { url: string; description: ProcessDescription } {
  const data = join(layout.data, "event-store");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    description: {
      name: "event-store",
      kind: "server",
      ports: { eventStore: port },
      ...nodeProgram(main, ["--port", String(port), "--host", "127.0.0.1", "--data", data]),
      env,
      // It listens only after it has opened its file.
      isReady: () => accepts(port),
    },
  };
}
