import type { JsonValue } from "@tradesage/contracts";
import type { Column, DownloadWriter } from "./download-writer.ts";

/** RFC 4180, with the columns' names as files of ticks have them (`time_msc`); numbers are the shortest that are exact, objects JSON. */
export function csvWriter(columns: readonly Column[]): DownloadWriter {
  const names = columns.map(({ name }) => name);
  return {
    head: `${names.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join(",")}\n`,
    page: (rows) => `${rows.map((row) => names.map((name) => cell(row[name])).join(",")).join("\n")}\n`,
    tail: "",
  };
}

/** A value as a field: quoted where it must be (RFC 4180 §2.6). */
function cell(value: JsonValue | undefined): string {
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
