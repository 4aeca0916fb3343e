import { statSync } from "node:fs";
import { join } from "node:path";
import { buildConsole } from "@tradesage/console";
import { type Environment, environmentOf } from "./environment.ts";
import { keysFolder } from "./keys.ts";
import { layoutOf, makeFolders, stackFolder } from "./layout.ts";
import { endLeftovers } from "./leftovers.ts";
import { freePorts, portsFrom, requireFree } from "./ports.ts";
import { holdLock, type Lock } from "./process/lock.ts";
import type { SupervisedProcess } from "./process/supervised-process.ts";
import { chooseServers, portsOfServers } from "./servers/choose-servers.ts";
import { ma130 } from "./servers/ma130.ts";
import { describeService, portsOfService, type ServiceName, serviceNames } from "./services.ts";
import { StackError } from "./stack-error.ts";
import { readState, writeEnvironment } from "./state.ts";
import { Supervisor } from "./supervisor.ts";

export interface StackOptions {
  /** The folder of its data, keys, logs and state. */
  dir: string;
  /** Where its ports begin; `"free"` looks for ports that nothing uses. Without it the environment decides. */
  portBase?: number | "free";
  /** Which services run; all of them when nothing is said. */
  services?: readonly ServiceName[] | "all" | "none";
  /** Added to the environment of this process: settings of the stack, and what its processes are given. */
  env?: NodeJS.ProcessEnv;
  /** Told in words what happens: a process died, one is ready again. */
  log?: (message: string) => void;
}

/** Where everything is, passwords included. */
export interface StackUrls {
  database: string;
  nats: string;
  eventStore: string;
  redis: string;
  gateway: string;
  /** Where terminals dial in. */
  bridge: string;
}

export interface Stack {
  readonly urls: StackUrls;
  readonly keysFolder: string;
  /** What its services are given, for a program that works beside them. */
  readonly env: Environment;
  /** Every process that it runs, servers first. */
  readonly processes: readonly SupervisedProcess[];
  /** Throws when the stack runs no process of that name. */
  process(name: string): SupervisedProcess;
  /** Until the one named, or all, are ready (60 s by default). Throws `NOT_READY` with the end of its log. */
  waitReady(name?: string, deadlineMs?: number): Promise<void>;
  /** Ends everything, services first. */
  stop(): Promise<void>;
  /** Ends everything this instant. */
  kill(): void;
}

const readyDeadlineMs = 120_000;

/**
 * Starts the servers that the environment does not name, waits until they are ready, and starts the services. Whatever
 * dies is started again until `stop`. Throws a `StackError`, and leaves nothing running, when that cannot be done.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const locks: Lock[] = [];
  let supervisor: Supervisor | undefined;
  const stop = async () => {
    await supervisor?.stop();
    for (const lock of locks) lock.release();
  };
  try {
    const layout = layoutOf(options.dir);
    makeFolders(layout);
    locks.push(await lockFolder(layout.root));
    await endLeftovers(layout.root);

    const given = { ...process.env, ...options.env };
    const names = namesOf(options.services);
    const ports = await choosePorts(given, options.portBase, locks);
    const isBackupServerOurs = names.includes("backups") && !given["MA130_HOST"];
    const wanted = [...portsOfServers(given), ...names.flatMap(portsOfService)];
    await requireFree(ports, isBackupServerOurs ? [...wanted, "ma130"] : wanted);

    const keys = await keysFolder(layout, given);
    const servers = await chooseServers(layout, ports, given);
    const backupServer = isBackupServerOurs ? ma130(layout, ports.ma130) : undefined;
    const env = {
      ...environmentOf(given, servers.urls, ports, keys),
      ...backupServer?.settings,
      BACKUP_SPOOL: given["BACKUP_SPOOL"] ?? join(layout.data, "backup-spool"),
    };
    const urls = {
      database: env.DATABASE_URL,
      nats: env.NATS_URL,
      eventStore: env.EVENTSTORE_URL,
      redis: env.REDIS_URL,
      gateway: `http://127.0.0.1:${ports.gateway}`,
      bridge: `ws://127.0.0.1:${ports.bridge}/terminal`,
    };
    writeEnvironment(layout.root, env);
    const running = new Supervisor(layout, withoutPasswords(urls), options.log ?? (() => {}));
    supervisor = running;
    running.start([...servers.descriptions, ...(backupServer ? [backupServer.description] : [])]);
    await running.waitReady(undefined, readyDeadlineMs);
    const forGateway = names.includes("gateway") ? await consoleFor(given) : {};
    running.start(names.map((name) => describeService(name, ports, { ...given, ...env, ...forGateway })));
    return {
      urls,
      keysFolder: keys,
      env,
      get processes() {
        return running.processes;
      },
      process: (name) => running.process(name),
      waitReady: (name, deadlineMs = readyDeadlineMs) => running.waitReady(name, deadlineMs),
      stop,
      kill: () => running.kill(),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function namesOf(services: StackOptions["services"] = "all"): readonly ServiceName[] {
  if (services === "all") return serviceNames;
  return services === "none" ? [] : services;
}

/** Where the gateway finds the console: where the environment says, else built from the sources as they are. */
async function consoleFor(given: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (given["GATEWAY_CONSOLE"] !== undefined) return {};
  const folder = join(stackFolder, "console");
  await buildConsole(folder);
  return { GATEWAY_CONSOLE: folder };
}

async function choosePorts(given: NodeJS.ProcessEnv, portBase: StackOptions["portBase"], locks: Lock[]) {
  if (portBase !== "free") return portsFrom(given, portBase);
  const { ports, reservation } = await freePorts();
  locks.push(reservation);
  return ports;
}

/** One folder, one stack. The folder is named by device and inode: the lock means the same one by whatever path. */
async function lockFolder(folder: string): Promise<Lock> {
  const { dev, ino } = statSync(folder);
  const lock = await holdLock(`stack-${dev}-${ino}`);
  if (lock) return lock;
  const pid = readState(folder)?.supervisor.pid;
  const by = pid === undefined ? "" : ` (process ${pid})`;
  throw new StackError("ALREADY_RUNNING", `A stack already runs in ${folder}${by}: "npm run stack -- stop" ends it.`);
}

function withoutPasswords(urls: StackUrls): Readonly<Record<string, string>> {
  // By pattern: an address of an event store cluster names several hosts, which `URL` does not read.
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, url.replace(/:[^/@]*@/, "@")]));
}
