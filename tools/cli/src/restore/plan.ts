import { statfs } from "node:fs/promises";
import type { RestorePlan } from "@tradesage/backups";
import { readEnvironment, stackFolder } from "@tradesage/stack";
import { table } from "../output.ts";

/** The plan as a person reads it; `free`: bytes that are left where the servers keep their data, where that is this machine. */
export function toldPlan(plan: RestorePlan, free: number | undefined): string {
  const { source, target, from, archives, bytes, events, isCounted, rows, seconds, isMeasured, space } = plan;
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  return [
    archives.length > 0
      ? table(
          ["FILE", "KIND", "BYTES", "AFTER", "UP TO"],
          archives.map((one) => [...[one.path, one.header.kind, String(one.bytes), one.header.after, one.header.upTo]]),
        )
      : "the event store and the tables that stand are read, and no backup",
    `${source} to ${target} from ${from === "backup" ? `the backup server: ${archives.length} files, ${sizeOf(bytes)}` : "what is there"}`,
    `${isCounted ? "" : "about "}${events} events, about ${rows} rows beside them`,
    `about ${durationOf(total)}, ${isMeasured ? "as fast as the last restore here" : "where it goes as fast as usual: no restore has told yet"}`,
    `up to ${sizeOf(space)} of disk${free === undefined ? "" : `, ${sizeOf(free)} are free${free < space ? ": NOT ENOUGH" : ""}`}`,
  ].join("\n");
}

/** Where the local servers keep their data; nothing is known of servers elsewhere. */
export async function freeSpace(): Promise<number | undefined> {
  const folder = process.env["TRADESAGE_STACK"] || stackFolder;
  if (!readEnvironment(folder)) return undefined;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function sizeOf(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
