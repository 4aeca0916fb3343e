import { cpus, loadavg } from "node:os";

/** Rows of text as aligned columns, the first to the left and the others to the right. */
export function reportTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  return [headings, ...rows]
    .map((cells) =>
      cells
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    )
    .join("\n");
}

export const rate = (perSecond: number): string => Math.round(perSecond).toLocaleString("en-US");
export const milliseconds = (ms: number): string => ms.toFixed(ms < 10 ? 2 : 1);
export const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

/** What it was measured on, and how busy that was. */
export const machine = (): string =>
  `${cpus().length} cores, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1)}`;
