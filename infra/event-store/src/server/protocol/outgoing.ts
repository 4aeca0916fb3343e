import type { ServerDuplexStream, ServerWritableStream } from "@grpc/grpc-js";
import { sendTogether, TOGETHER } from "../../together.ts";

/** A call that answers with many messages, ready encoded. */
export interface Outgoing {
  /** To a client that takes answers together, those go so that are sent without waiting for anything. */
  send(answer: Uint8Array): void;
  /** Nothing more will be sent; the error says why, if that is no answer itself. */
  end(error?: Error): void;
  /** As much is on its way as should be: wait for `drained`. Whoever reads slowly makes the server wait, not grow. */
  readonly full: boolean;
  /** Comes true when more may be sent, or the client has gone. */
  drained(): Promise<void>;
  readonly gone: boolean;
  onGone(listener: () => void): void;
}

export function createOutgoing(
  call: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
): Outgoing {
  const listeners: (() => void)[] = [];
  let wake: (() => void) | undefined;
  let gone = false;
  const leave = () => {
    if (gone) return;
    gone = true;
    wake?.();
    for (const listener of listeners) listener();
  };
  /** What `writeAhead` does not take yet waits in the call. */
  const isWaiting = () => call.writableLength > 0;
  const onTaken = () => {
    if (!isWaiting()) wake?.();
  };
  const write = (message: Uint8Array) => {
    if (!gone) call.write(message, onTaken);
  };
  const together = call.metadata.get(TOGETHER).length > 0 ? sendTogether(write) : undefined;
  call.on("cancelled", leave);
  call.on("close", leave);
  call.on("error", leave);
  return {
    send: together?.send ?? write,
    end(error) {
      together?.flush();
      if (error) call.emit("error", error);
      else call.end();
    },
    get full() {
      return !gone && isWaiting();
    },
    async drained() {
      if (gone || !isWaiting()) return;
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
