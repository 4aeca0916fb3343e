import type { ChildProcess } from "node:child_process";
import { child, heard, processorSeconds } from "./child.ts";
import type { ClientsOptions, FromClients, ToClients } from "./clients.ts";
import { symbols } from "./stamp.ts";

export interface FanOut {
  /** Messages that reached clients, in a second. */
  readonly perSecond: number;
  /** Milliseconds from the publisher to a client. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of the server's processor for one message. */
  readonly processorMicros: number;
}

export interface FanOutOptions {
  readonly clients: ClientsOptions;
  readonly serverPid: number;
  readonly seconds: number;
  /** Publishes one quote of every symbol; `first` is the number of the first. */
  readonly publishRound: (first: number) => void;
}

/** Rounds on the way at once: enough to keep everything at work, few enough that none waits long. */
const WINDOW = 3;

/** Publishes rounds as fast as the slowest client has them. */
export async function measureFanOut({ clients, serverPid, seconds, publishRound }: FanOutOptions): Promise<FanOut> {
  const process = child("clients.ts");
  await startClients(process, clients);
  let published = 0;
  const publish = () => publishRound(published++ * symbols.length);
  process.on("message", (message: FromClients) => {
    if ("reached" in message) publish();
  });
  for (let round = 0; round < WINDOW; round++) publish();

  await new Promise((resolve) => setTimeout(resolve, 1000)); // everything is warm
  await report(process);
  const begin = performance.now();
  const before = processorSeconds(serverPid);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const used = processorSeconds(serverPid) - before;
  const { frames, ages } = await report(process);
  const took = (performance.now() - begin) / 1000;
  process.removeAllListeners();
  process.kill();
  const [p50, p99] = quantiles(ages);
  return { perSecond: frames / took, p50, p99, processorMicros: (used * 1e6) / frames };
}

/** Median and 99th percentile. */
export function quantiles(ages: readonly number[]): [p50: number, p99: number] {
  const sorted = ages.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return [at(0.5), at(0.99)];
}

export async function startClients(process: ChildProcess, start: ClientsOptions): Promise<void> {
  const ready = heard<FromClients, true>(process, (message) => ("ready" in message ? true : undefined));
  process.send({ start } satisfies ToClients);
  await ready;
}

/** What reached the clients since the last report. */
export function report(process: ChildProcess) {
  const told = heard<FromClients, Extract<FromClients, { frames: number }>>(process, (message) =>
    "frames" in message ? message : undefined,
  );
  process.send({ report: true } satisfies ToClients);
  return told;
}
