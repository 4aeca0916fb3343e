import { join } from "node:path";
import { projectFolder } from "./layout.ts";
import type { PortName, Ports } from "./ports.ts";
import { nodeProgram } from "./process/node-program.ts";
import type { ProcessDescription } from "./process/supervised-process.ts";

interface Service {
  main: string;
  management: PortName;
  /** The port that it serves beside its management port, and the variable by which it is told. */
  serves?: PortName;
}

/** Every process of the product. */
const services = {
  gateway: { main: "services/gateway/src/main.ts", management: "gatewayManagement", serves: "gateway" },
  "data-bridge": { main: "services/data-bridge/src/main.ts", management: "dataBridgeManagement", serves: "bridge" },
  tenants: { main: "services/tenants/src/main.ts", management: "tenantsManagement" },
  trading: { main: "services/trading/src/main.ts", management: "tradingManagement" },
  "market-data": { main: "services/market-data/src/main.ts", management: "marketDataManagement" },
  backups: { main: "services/backups/src/main.ts", management: "backupsManagement" },
  projections: { main: "projections/src/main.ts", management: "projectionsManagement" },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as readonly ServiceName[];

/** The ports that a service listens on. */
export function portsOfService(name: ServiceName): readonly PortName[] {
  const service: Service = services[name];
  return service.serves ? [service.serves, service.management] : [service.management];
}

/** How a service is run; `env` is what all of them are given. */
export function describeService(name: ServiceName, ports: Ports, env: NodeJS.ProcessEnv): ProcessDescription {
  const service: Service = services[name];
  const management = ports[service.management];
  return {
    name,
    kind: "service",
    ports: Object.fromEntries(portsOfService(name).map((port) => [port, ports[port]])),
    ...nodeProgram(join(projectFolder, service.main)),
    env: { ...env, MANAGEMENT_PORT: String(management) },
    isReady: async () => {
      const answer = await fetch(`http://127.0.0.1:${management}/ready`, { signal: AbortSignal.timeout(2000) });
      await answer.arrayBuffer();
      return answer.ok;
    },
  };
}
