import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { commandOf } from "./identity.ts";

const listening = "0A"; // TCP_LISTEN in /proc/net/tcp, proc_net_tcp.txt

/** The process that listens on a TCP port, where this account may see it. */
export function ownerOfPort(port: number): { pid: number; command: string } | undefined {
  const inode = inodeOfListener(port);
  if (!inode) return undefined;
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && holdsSocket(pid, inode)) return { pid, command: commandOf(pid) };
  }
  return undefined;
}

function inodeOfListener(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readOrNothing(table).split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(suffix) && fields[3] === listening) return fields[9];
    }
  }
  return undefined;
}

function holdsSocket(pid: number, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((descriptor) => {
      try {
        return readlinkSync(`${folder}/${descriptor}`) === `socket:[${inode}]`;
      } catch {
        return false; // closed while we looked
      }
    });
  } catch {
    return false; // another account's process, or one that has just ended
  }
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
