/** The largest revision: a tombstone's, and the `$tb` of a soft-deleted stream. */
export const MAX_REVISION = (1n << 63n) - 1n;

/** An event that somebody wants appended. */
export interface ProposedEvent {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event as it lies on the disk. */
export interface StoredEvent {
  /** Its place in the whole history, from 1. EventStoreDB's commit and prepare position at once. */
  readonly position: bigint;
  readonly stream: string;
  /** Streams are numbered from 1, as they come to be. */
  readonly streamNumber: bigint;
  readonly revision: bigint;
  /** Its number among the events of its category; null where the stream has none. */
  readonly categoryRevision: bigint | null;
  /** Its number among the events of its type. */
  readonly typeRevision: bigint;
  readonly id: Uint8Array;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly created: bigint;
  /** 1 or 0, as SQLite keeps it. */
  readonly json: bigint;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Direction = "forwards" | "backwards";

/** What is before the first dash; undefined for a stream without one, and for the server's own. */
export function categoryOf(stream: string): string | undefined {
  const dash = stream.indexOf("-");
  return dash < 0 || stream.startsWith("$") ? undefined : stream.slice(0, dash);
}

export const isMetastream = (stream: string): boolean => stream.startsWith("$$");
export const metastreamOf = (stream: string): string => `$$${stream}`;
/** The stream that a metastream is about; any other stream itself. */
export const subjectOf = (stream: string): string => (isMetastream(stream) ? stream.slice(2) : stream);
