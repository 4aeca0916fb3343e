/**
 * Cuts a server's stream into WebSocket frames (RFC 6455 §5.2; servers do not mask) at the least cost: `onFrame` gets
 * the place of each payload in the chunk.
 */
export function createFrameReader(onFrame: (bytes: Buffer, start: number, end: number, opcode: number) => void) {
  let rest: Buffer | undefined;
  return (chunk: Buffer): void => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= 2) {
      const opcode = (bytes[at] ?? 0) & 15;
      const short = (bytes[at + 1] ?? 0) & 127;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length - at < header) break;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const end = at + header + length;
      if (end > bytes.length) break;
      onFrame(bytes, at + header, end, opcode);
      at = end;
    }
    rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  };
}

const MASK = Buffer.from([1, 2, 3, 4]);

/** A text frame as a client sends it: masked. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  for (let index = 0; index < payload.length; index++) payload[index] = (payload[index] ?? 0) ^ (MASK[index % 4] ?? 0);
  const head =
    payload.length < 126 ? [0x81, 0x80 | payload.length] : [0x81, 0xfe, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from(head), MASK, payload]);
}
