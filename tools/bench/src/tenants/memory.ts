import { readdirSync, readFileSync } from "node:fs";
import type { Stack } from "@tradesage/stack";

/** Resident memory of each process of a stack and what it has started, in MiB (proc_pid_status(5), VmRSS). */
export function memory(stack: Stack): ReadonlyMap<string, number> {
  const children = childrenOf();
  const family = (pid: number): readonly number[] => [pid, ...(children.get(pid) ?? []).flatMap(family)];
  return new Map(
    stack.processes.flatMap(({ description, identity }) =>
      identity === undefined ? [] : [[description.name, family(identity.pid).reduce((sum, pid) => sum + rss(pid), 0)]],
    ),
  );
}

function childrenOf(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const parent = Number(/^PPid:\s+(\d+)/m.exec(Number.isInteger(pid) ? status(pid) : "")?.[1]);
    if (Number.isInteger(parent)) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

const rss = (pid: number) => Number(/^VmRSS:\s+(\d+)/m.exec(status(pid))?.[1] ?? 0) / 1024;

function status(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
