import { readFileSync } from "node:fs";

/** A process for certain: the kernel gives a number to another process one day, but not with the same moment of start. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat, proc(5). */
  started: number;
}

/** Who has this number now; `undefined` when nobody has, or only the remains of a process that ended. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in the second field may itself contain blanks and brackets: count from behind its last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    return { pid, started: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.started === identity.started;
}

/** The command line of a process, or a question mark. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim() || "?";
  } catch {
    return "?";
  }
}
