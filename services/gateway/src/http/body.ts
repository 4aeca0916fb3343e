import type { HttpResponse } from "uWebSockets.js";
import { Refused } from "@tradesage/contracts";

/** Bytes that a body may have. */
const MAX_BYTES = 65_536;
/** A larger body is read and dropped up to here, so that its sender can read the answer; beyond, the connection ends. */
const MAX_DROPPED_BYTES = 1_048_576;

/** What came of reading a body; `unread` says that more of it may follow. */
export type Body = { readonly bytes: Uint8Array } | { readonly refused: Refused; readonly unread: boolean };

/** Reads a body whole, within so many milliseconds. It must be called before anything is awaited, and never rejects. */
export function readBody(res: HttpResponse, deadlineMs: number, signal: AbortSignal): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      clearTimeout(timer);
      resolve(body);
    };
    const timer = setTimeout(() => finish({ refused: new Refused("BODY_TOO_SLOW"), unread: true }), deadlineMs);
    signal.addEventListener("abort", () => finish({ refused: new Refused("BODY_TOO_SLOW"), unread: true }));
    res.onData((chunk, isLast) => {
      size += chunk.byteLength;
      // The chunk is void after this call: what is kept is copied.
      if (size <= MAX_BYTES) chunks.push(Buffer.from(new Uint8Array(chunk)));
      const isTooLarge = size > MAX_BYTES;
      if (isTooLarge) chunks.length = 0;
      if (isTooLarge && (isLast || size > MAX_DROPPED_BYTES)) finish({ refused: tooLarge(), unread: !isLast });
      else if (isLast) finish({ bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
    });
  });
}

const tooLarge = () => new Refused("BODY_TOO_LARGE", `A body may have ${MAX_BYTES} bytes`, { maxBytes: MAX_BYTES });
