/** What is measured: how many events there are to read, and how large each event's data is, in bytes of JSON. */
export interface Sizes {
  readonly count: number;
  readonly bytes: number;
}

/** The stream that is read. */
export const STREAM = "bench-read";
/** Names that a filter lets through. */
export const PREFIX = "bench-";

/** An event's data, of so many bytes as JSON. */
export const someData = (bytes: number): { readonly text: string } => ({
  text: "x".repeat(bytes - '{"text":""}'.length),
});
