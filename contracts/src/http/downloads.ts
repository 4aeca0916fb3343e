/** The forms in which a paged answer can be downloaded whole, and the media types that a request's Accept asks for. */
export const downloadTypes = {
  csv: "text/csv",
  /** Arrow's IPC stream (Arrow columnar format, "IPC Streaming Format"). */
  arrow: "application/vnd.apache.arrow.stream",
  /** A JSON object a line. */
  ndjson: "application/x-ndjson",
} as const;
export type DownloadFormat = keyof typeof downloadTypes;

/** The form that an Accept header asks for, of those that a route has; `undefined` for pages of JSON. */
export function downloadFormatOf(accept: string, formats: readonly DownloadFormat[]): DownloadFormat | undefined {
  const types = accept.split(",").map((part) => (part.split(";")[0] ?? "").trim().toLowerCase());
  return formats.find((format) => types.includes(downloadTypes[format]));
}
