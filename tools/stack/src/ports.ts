import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { holdLock, type Lock } from "./process/lock.ts";
import { ownerOfPort } from "./process/port-owner.ts";
import { StackError } from "./stack-error.ts";

/** Every port of the stack: its distance from the base, and the variable that sets it alone. */
export const portTable = {
  gateway: { offset: 0, variable: "GATEWAY_PORT" },
  bridge: { offset: 1, variable: "BRIDGE_PORT" },
  gatewayManagement: { offset: 10, variable: "GATEWAY_MANAGEMENT_PORT" },
  dataBridgeManagement: { offset: 11, variable: "DATA_BRIDGE_MANAGEMENT_PORT" },
  tenantsManagement: { offset: 12, variable: "TENANTS_MANAGEMENT_PORT" },
  tradingManagement: { offset: 13, variable: "TRADING_MANAGEMENT_PORT" },
  marketDataManagement: { offset: 14, variable: "MARKET_DATA_MANAGEMENT_PORT" },
  projectionsManagement: { offset: 15, variable: "PROJECTIONS_MANAGEMENT_PORT" },
  backupsManagement: { offset: 16, variable: "BACKUPS_MANAGEMENT_PORT" },
  eventStore: { offset: 20, variable: "EVENTSTORE_PORT" },
  nats: { offset: 22, variable: "NATS_PORT" },
  natsMonitor: { offset: 23, variable: "NATS_MONITOR_PORT" },
  postgres: { offset: 32, variable: "POSTGRES_PORT" },
  redis: { offset: 40, variable: "REDIS_PORT" },
  ma130: { offset: 45, variable: "MA130_PORT" },
} as const;

export type PortName = keyof typeof portTable;
export type Ports = Readonly<Record<PortName, number>>;

const names = Object.keys(portTable) as PortName[];
const defaultBase = 7400;

/** The ports that the settings ask for. Throws `BAD_SETTING` for a value that is no port. */
export function portsFrom(environment: NodeJS.ProcessEnv, portBase?: number): Ports {
  const base = portBase ?? portSetting(environment, "TRADESAGE_PORT_BASE") ?? defaultBase;
  return portsOf((name) => portSetting(environment, portTable[name].variable) ?? base + portTable[name].offset);
}

function portsOf(portOf: (name: PortName) => number): Ports {
  return Object.fromEntries(names.map((name) => [name, portOf(name)])) as Record<PortName, number>;
}

function portSetting(environment: NodeJS.ProcessEnv, variable: string): number | undefined {
  const text = environment[variable];
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackError("BAD_SETTING", `${variable}=${text} is not a port: give a whole number from 1 to 65535.`);
}

/**
 * Ports that nothing uses, below the range from which the kernel hands out ports by itself (32768). Other stacks that
 * look at the same moment leave them alone for as long as the reservation is held.
 */
export async function freePorts(): Promise<{ ports: Ports; reservation: Lock }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const base = 20_000 + 50 * randomInt(240);
    const reservation = await holdLock(`ports-${base}`);
    if (!reservation) continue;
    const ports = portsOf((name) => base + portTable[name].offset);
    const free = await Promise.all(Object.values(ports).map(isFree));
    if (free.every(Boolean)) return { ports, reservation };
    reservation.release();
  }
  throw new StackError("PORT_TAKEN", "No run of free ports was found between 20000 and 32000.");
}

/** Throws `PORT_TAKEN`, naming the port, the variable that moves it and, where it can be seen, the process that has it. */
export async function requireFree(ports: Ports, wanted: readonly PortName[]): Promise<void> {
  const taken: string[] = [];
  for (const name of wanted) {
    if (await isFree(ports[name])) continue;
    const owner = ownerOfPort(ports[name]);
    const by = owner ? `by process ${owner.pid} (${shortened(owner.command)})` : "by another process";
    taken.push(`Port ${ports[name]} is taken ${by}; ${portTable[name].variable} moves it.`);
  }
  if (taken.length === 0) return;
  throw new StackError("PORT_TAKEN", [...taken, "TRADESAGE_PORT_BASE moves all ports at once."].join("\n"));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function shortened(command: string): string {
  return command.length <= 80 ? command : `${command.slice(0, 79)}…`;
}
