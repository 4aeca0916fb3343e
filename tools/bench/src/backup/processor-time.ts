import { readdirSync, readFileSync } from "node:fs";
import type { Stack } from "@tradesage/stack";

/** What each process of a stack and those that it started have used so far, and this one. */
type Used = ReadonlyMap<string, { readonly seconds: number; readonly mostMiB: number }>;

/** The kernel counts in hundredths of a second (proc_pid_stat(5), USER_HZ). */
const TICK = 0.01;

/** Seconds of processor time, and the largest resident memory of any one process. */
function used(stack: Stack): Used {
  const families = stack.processes.flatMap(({ description, identity }) =>
    identity === undefined ? [] : [[description.name, familyOf(identity.pid)] as const],
  );
  return new Map(
    [...families, ["bench", [process.pid]] as const].map(([name, pids]) => [
      name,
      {
        seconds: pids.reduce((sum, pid, index) => sum + secondsOf(pid, index === 0), 0),
        mostMiB: Math.max(...pids.map(mostMiB)),
      },
    ]),
  );
}

/** What some work took. */
export interface Measured {
  readonly took: number;
  /** Seconds of processor time, of all processes together. */
  readonly processor: number;
  /** Who used how much of it, the most first. */
  readonly by: string;
}

export async function measured(stack: Stack, work: () => Promise<unknown>): Promise<Measured> {
  const before = used(stack);
  const begin = performance.now();
  await work();
  const took = (performance.now() - begin) / 1000;
  const rows = [...used(stack)].map(([name, { seconds, mostMiB }]) => ({
    ...{ name, mostMiB },
    seconds: seconds - (before.get(name)?.seconds ?? 0),
  }));
  const by = rows
    .filter(({ seconds }) => seconds >= 0.1)
    .sort((one, other) => other.seconds - one.seconds)
    .map(({ name, seconds, mostMiB }) => `${name} ${seconds.toFixed(1)} s (at most ${mostMiB.toFixed(0)} MiB)`)
    .join(", ");
  return { took, processor: rows.reduce((sum, { seconds }) => sum + seconds, 0), by };
}

function familyOf(root: number): number[] {
  const parents = readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const parent = Number(/\) \S (\d+)/.exec(Number.isInteger(pid) ? read(pid, "stat") : "")?.[1]);
    return Number.isInteger(parent) ? [{ pid, parent }] : [];
  });
  const family = [root];
  for (const member of family) family.push(...parents.flatMap(({ pid, parent }) => (parent === member ? [pid] : [])));
  return family;
}

/** User and system time; of the first in a family also that of its children that have ended. */
function secondsOf(pid: number, withEnded: boolean): number {
  const [, rest = ""] = /\) (.*)/s.exec(read(pid, "stat")) ?? [];
  const times = rest.split(" ").slice(11, withEnded ? 15 : 13);
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) * TICK;
}

const mostMiB = (pid: number) => Number(/^VmHWM:\s+(\d+)/m.exec(read(pid, "status"))?.[1] ?? 0) / 1024;

function read(pid: number, file: "stat" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
