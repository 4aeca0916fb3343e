import { fieldsOf, nextField } from "./protobuf/read-fields.ts";

/**
 * Metadata by which our client and our server know each other: on a call that bears it several messages may go as one,
 * their bytes one after the other. The client says by it that it takes answers so; the server, on a call of appends,
 * that it takes those so. Others pass it over, and are sent one at a time.
 */
export const TOGETHER = "tradesage-answers-together";

/** What goes as one message has so many bytes at most; what is larger goes alone. */
const MOST_BYTES = 64 * 1024;

/** Writes what is sent without waiting for anything as one message. */
export interface Together {
  send(part: Uint8Array): void;
  /** Writes at once what was sent. */
  flush(): void;
}

export function sendTogether(write: (message: Buffer) => void): Together {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const flush = () => {
    if (parts.length === 0) return;
    write(Buffer.concat(parts, bytes));
    parts = [];
    bytes = 0;
  };
  return {
    send(part) {
      if (bytes + part.length > MOST_BYTES) flush();
      if (parts.length === 0) process.nextTick(flush);
      parts.push(part);
      bytes += part.length;
    },
    flush,
  };
}

/** The messages that came as one. Each has its first field once: there the next one begins where it comes again. */
export function apart(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let begin = 0;
  let isBegun = false;
  const fields = fieldsOf(bytes);
  for (let at = 0; nextField(fields); at = fields.end) {
    if (fields.field !== 1) continue;
    if (isBegun) {
      messages.push(bytes.subarray(begin, at));
      begin = at;
    }
    isBegun = true;
  }
  messages.push(bytes.subarray(begin));
  return messages;
}
