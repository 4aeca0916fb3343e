import type { KeptEvent, RecordedEvent } from "./types.ts";

/** A kept event, of which data and metadata are parsed once somebody looks at them: most who follow the history look at few. */
export function recordedOf({ id, type, stream, revision, position, at, isJson, ...kept }: KeptEvent): RecordedEvent {
  const data = whenLookedAt(kept.data, isJson);
  const metadata = kept.metadata.length > 0 ? whenLookedAt(kept.metadata, true) : () => undefined;
  return {
    ...{ id, type, stream, revision, position, at },
    get data() {
      return data();
    },
    get metadata() {
      return metadata();
    },
  };
}

/** Lets go of the bytes once they are parsed: they are part of a message of many events, which would stay in memory. */
function whenLookedAt(bytes: Buffer, isJson: boolean): () => unknown {
  let left: Buffer | undefined = bytes;
  let value: unknown;
  return () => {
    if (left) value = isJson ? parsed(left) : left;
    left = undefined;
    return value;
  };
}

/** What is no JSON is left as the bytes that it is. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes;
  }
}
