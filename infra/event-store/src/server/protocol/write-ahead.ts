import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";

/** Bytes of answers that may be on their way to one client. */
const MOST_BYTES = 256 * 1024;

/**
 * grpc-js hands the next answer of a call to the network when the last has left, one frame and one system call each.
 * Here the next may be written at once, so that many leave together, until so much is on its way.
 */
export const writeAhead: ServerInterceptor = (_, call) => new WritingAhead(call);

class WritingAhead extends ServerInterceptingCall {
  #bytes = 0;
  #held: (() => void) | undefined;

  override sendMessage(message: unknown, goOn: () => void): void {
    const bytes = message instanceof Uint8Array ? message.length : 0;
    this.#bytes += bytes;
    super.sendMessage(message, () => {
      this.#bytes -= bytes;
      const held = this.#held;
      if (!held || this.#bytes > MOST_BYTES / 2) return;
      this.#held = undefined;
      held();
    });
    if (this.#bytes <= MOST_BYTES) goOn();
    else this.#held = goOn;
  }
}
