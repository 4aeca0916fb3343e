import type { HttpResponse } from "uWebSockets.js";
import { Refused } from "@tradesage/contracts";

export interface BodyLimits {
  /** Bytes that a body may have. */
  readonly maxBytes: number;
  /** Milliseconds in which the whole of it must arrive. */
  readonly deadlineMs: number;
}

export const bodyLimits: BodyLimits = { maxBytes: 65_536, deadlineMs: 5_000 };

/** A larger body is read and dropped up to here, so that its sender can read the answer; beyond, the connection ends. */
const MAX_DROPPED_BYTES = 1_048_576;

/** What came of reading a body; `unread` says that more of it may follow. */
export type Body = { readonly bytes: Uint8Array } | { readonly refused: Refused; readonly unread: boolean };

/** Reads a body whole. It must be called before anything is awaited, and never rejects. */
export function readBody(res: HttpResponse, limits: BodyLimits, signal: AbortSignal): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (body: Body) => {
      clearTimeout(timer);
      resolve(body);
    };
    const timer = setTimeout(() => finish({ refused: new Refused("BODY_TOO_SLOW"), unread: true }), limits.deadlineMs);
    signal.addEventListener("abort", () => finish({ refused: new Refused("BODY_TOO_SLOW"), unread: true }));
    res.onData((chunk, isLast) => {
      size += chunk.byteLength;
      // The chunk is void after this call: what is kept is copied.
      if (size <= limits.maxBytes) chunks.push(Buffer.from(chunk.slice()));
      const isTooLarge = size > limits.maxBytes;
      if (isTooLarge) chunks.length = 0;
      if (isTooLarge && (isLast || size > MAX_DROPPED_BYTES)) finish({ refused: tooLarge(limits), unread: !isLast });
      else if (isLast) finish({ bytes: Buffer.concat(chunks) });
    });
  });
}

const tooLarge = ({ maxBytes }: BodyLimits) =>
  new Refused("BODY_TOO_LARGE", `A body may have ${maxBytes} bytes`, { maxBytes });
