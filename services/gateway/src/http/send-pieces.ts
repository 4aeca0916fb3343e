import type { HttpResponse } from "uWebSockets.js";

/**
 * Sends a body piece by piece and asks for the next one only when the client has taken the one before: however long it
 * is and however slowly it is read, no more than a piece is kept here. A client that reads nothing for uWebSockets.js'
 * ten seconds is cut off. A body that fails half-way is cut off too: without its last chunk it cannot pass for whole.
 */
export async function sendPieces(
  res: HttpResponse,
  body: AsyncIterable<string | Uint8Array>,
  aborted: AbortSignal,
): Promise<void> {
  let taken: (() => void) | undefined;
  res.onWritable(() => {
    taken?.();
    return true;
  });
  aborted.addEventListener("abort", () => taken?.(), { once: true });
  try {
    for await (const piece of body) {
      if (aborted.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      taken = resolve;
      let isTaken = true;
      res.cork(() => {
        isTaken = res.write(piece);
      });
      if (!isTaken) await promise;
      if (aborted.aborted) return;
    }
    res.cork(() => res.end());
  } catch {
    if (!aborted.aborted) res.close();
  }
}
