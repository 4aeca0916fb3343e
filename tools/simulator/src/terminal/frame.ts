/** A frame of a client (RFC 6455 section 5.2), masked with zeros, so that its payload stands in it as it is. */
export function frameOf(payload: Uint8Array, opcode: 1 | 2): Buffer {
  const short = payload.length < 126;
  const long = payload.length > 0xffff;
  const head = Buffer.alloc(short ? 6 : long ? 14 : 8);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (short ? payload.length : long ? 127 : 126);
  if (long) head.writeBigUInt64BE(BigInt(payload.length), 2);
  else if (!short) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
