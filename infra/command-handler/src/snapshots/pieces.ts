import { setImmediate as turn } from "node:timers/promises";
import type { JsonValue } from "@tradesage/contracts";

/** How long pieces are worked on before others get their turn. */
const SLICE_MS = 5;
const CHUNK_BYTES = 64 * 1024;

/** Lines of JSON, a piece each; other work gets its turn in between. */
export async function* toLines(pieces: Iterable<JsonValue>): AsyncGenerator<Uint8Array> {
  let began = performance.now();
  let text = "";
  for (const piece of pieces) {
    text += `${JSON.stringify(piece)}\n`;
    if (text.length >= CHUNK_BYTES) {
      yield Buffer.from(text);
      text = "";
    }
    if (performance.now() - began < SLICE_MS) continue;
    await turn();
    began = performance.now();
  }
  if (text !== "") yield Buffer.from(text);
}

/** The pieces of such lines. @throws SyntaxError where they are no JSON. */
export async function* fromLines(bytes: Uint8Array): AsyncGenerator<JsonValue> {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let began = performance.now();
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf("\n", at);
    yield JSON.parse(lines.toString("utf8", at, end < 0 ? lines.length : end)) as JsonValue;
    at = end < 0 ? lines.length : end + 1;
    if (performance.now() - began < SLICE_MS) continue;
    await turn();
    began = performance.now();
  }
}
