import { readFileSync } from "node:fs";
import { readState } from "@tradesage/stack";

/** Microseconds by the names of a stack's processes, `bench` this one, the most first. */
type ProcessorTimes = readonly (readonly [name: string, microseconds: number])[];

/** Linux counts in hundredths of a second (`USER_HZ`; https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html). */
const TICK_MICROSECONDS = 10_000;

/** What work costs the processes of the stack in a folder: unlike its rate, this means the same on a busy machine. */
export async function processorTimeOf<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<readonly [Result, ProcessorTimes]> {
  const processes = (readState(folder)?.processes ?? []).map(({ name, process }) => [name, process?.pid ?? 0] as const);
  const own = process.cpuUsage();
  const before = processes.map(([, pid]) => spentBy(pid));
  const result = await work();
  const { user, system } = process.cpuUsage(own);
  const others = processes.map(([name, pid], index) => [name, spentBy(pid) - (before[index] ?? 0)] as const);
  const spent = [["bench", user + system] as const, ...others];
  return [result, spent.toSorted(([, one], [, other]) => other - one)];
}

/** By a process and its children, as the backends of Postgres are; none where the system does not tell. */
function spentBy(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // Its own, of the user and of the system, and that of its children that have ended.
    const own = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) * TICK_MICROSECONDS;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return children.reduce((sum, child) => sum + spentBy(Number(child)), own);
  } catch {
    return 0;
  }
}
