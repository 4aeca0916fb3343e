import type { DownloadWriter } from "./download-writer.ts";

/** A JSON object a line, each as a page of JSON has it. */
export const ndjsonWriter = (): DownloadWriter => ({
  head: "",
  page: (rows) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`,
  tail: "",
});
