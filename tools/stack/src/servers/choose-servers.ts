import type { Layout } from "../layout.ts";
import type { PortName, Ports } from "../ports.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { eventStore } from "./event-store.ts";
import { nats } from "./nats.ts";
import { postgres } from "./postgres.ts";
import { redis } from "./redis.ts";

/** The variables that name the servers, by which every process of the product finds them. */
export const serverVariables = ["DATABASE_URL", "NATS_URL", "EVENTSTORE_URL", "REDIS_URL"] as const;

export type ServerVariable = (typeof serverVariables)[number];
type LocalServer = { url: string; description: ProcessDescription };

/** The ports of each server of our own. */
const portsOfServer: Record<ServerVariable, readonly PortName[]> = {
  DATABASE_URL: ["postgres"],
  NATS_URL: ["nats", "natsMonitor"],
  EVENTSTORE_URL: ["eventStore"],
  REDIS_URL: ["redis"],
};

/** The ports that servers of our own will listen on: those of the servers that the environment does not name. */
export function portsOfServers(environment: NodeJS.ProcessEnv): readonly PortName[] {
  return serverVariables.filter((variable) => !environment[variable]).flatMap((variable) => portsOfServer[variable]);
}

/** Where each server is, and how to run those of our own: a server that the environment names is used as it is. */
export async function chooseServers(
  layout: Layout,
  ports: Ports,
  environment: NodeJS.ProcessEnv,
): Promise<{ urls: Readonly<Record<ServerVariable, string>>; descriptions: readonly ProcessDescription[] }> {
  const start: Record<ServerVariable, () => LocalServer | Promise<LocalServer>> = {
    DATABASE_URL: () => postgres(layout, ports.postgres),
    NATS_URL: () => nats(layout, { nats: ports.nats, natsMonitor: ports.natsMonitor }),
    EVENTSTORE_URL: () => eventStore(layout, ports.eventStore, environment),
    REDIS_URL: () => redis(layout, ports.redis),
  };
  const descriptions: ProcessDescription[] = [];
  const urls = {} as Record<ServerVariable, string>;
  for (const variable of serverVariables) {
    const named = environment[variable];
    if (named) {
      urls[variable] = named;
      continue;
    }
    const { url, description } = await start[variable]();
    urls[variable] = url;
    descriptions.push(description);
  }
  return { urls, descriptions };
}
