import type { ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";

/** A call that answers with many messages, ready encoded. */
export interface Outgoing {
  send(message: Uint8Array): void;
  /** More is waiting to be sent than should: wait for `drained`. */
  readonly full: boolean;
  /** Comes true when the client has taken what was sent, or has gone. */
  drained(): Promise<void>;
  readonly gone: boolean;
  onGone(listener: () => void): void;
}

/** So much may wait for a client in memory. Whoever reads slowly makes the server wait, not grow. */
const MOST_MESSAGES = 256;
const MOST_BYTES = 256 * 1024;

export function createOutgoing(
  call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
): Outgoing {
  const listeners: (() => void)[] = [];
  let bytes = 0;
  let wake: (() => void) | undefined;
  let gone = false;
  const leave = () => {
    if (gone) return;
    gone = true;
    wake?.();
    for (const listener of listeners) listener();
  };
  call.on("drain", () => {
    bytes = 0;
    wake?.();
  });
  call.on("cancelled", leave);
  call.on("close", leave);
  call.on("error", leave);
  return {
    send(message) {
      if (gone) return;
      bytes += message.length;
      if (call.write(message)) bytes = 0;
    },
    get full() {
      return !gone && (call.writableLength > MOST_MESSAGES || bytes > MOST_BYTES);
    },
    async drained() {
      if (gone || !call.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    },
    get gone() {
      return gone || call.cancelled;
    },
    onGone: (listener) => void listeners.push(listener),
  };
}
