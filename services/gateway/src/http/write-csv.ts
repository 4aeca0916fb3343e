import type { Column, DownloadWriter } from "./download-writer.ts";

/** RFC 4180, with the columns' names as files of ticks have them (`time_msc`); numbers are the shortest that are exact. */
export function csvWriter(columns: readonly Column[]): DownloadWriter {
  const names = columns.map(({ name }) => name);
  return {
    head: `${names.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join(",")}\n`,
    page: (rows) => `${rows.map((row) => names.map((name) => row[name]).join(",")).join("\n")}\n`,
    tail: "",
  };
}
