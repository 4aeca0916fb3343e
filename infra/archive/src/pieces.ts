/** A stream of bytes, taken in pieces of the sizes that are asked for. */
export interface Pieces {
  /** So many bytes; fewer only at the end of the stream. */
  take(count: number): Promise<Buffer>;
  /** Whether nothing is left. */
  isAtEnd(): Promise<boolean>;
  /** Lets go of the source: no more will be taken. */
  end(): Promise<void>;
}

export function piecesOf(source: AsyncIterable<Uint8Array>): Pieces {
  const iterator = source[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let size = 0;

  async function fill(count: number): Promise<void> {
    while (size < count) {
      const { done, value } = await iterator.next();
      if (done) return;
      held.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      size += value.byteLength;
    }
  }

  return {
    async take(count) {
      await fill(count);
      const all = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
      const taken = all.subarray(0, count);
      held = all.length > count ? [all.subarray(count)] : [];
      size = all.length - taken.length;
      return taken;
    },
    async isAtEnd() {
      await fill(1);
      return size === 0;
    },
    async end() {
      await iterator.return?.();
    },
  };
}
