// Just enough of protobuf to write appends and what reads answer: https://protobuf.dev/programming-guides/encoding/

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A field of bytes, text or a message, whose number is below 16. */
export function bytesField(field: number, value: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(sizeOfBytesField(value.length));
  putBytes(out, 0, field, value);
  return out;
}

export function putBytes(out: Buffer, at: number, field: number, value: Uint8Array): number {
  out[at] = (field << 3) | LENGTH_DELIMITED;
  const begin = putLength(out, at + 1, value.length);
  out.set(value, begin);
  return begin + value.length;
}

/** What goes before a message whose fields follow. */
export function putHead(out: Buffer, at: number, field: number, length: number): number {
  out[at] = (field << 3) | LENGTH_DELIMITED;
  return putLength(out, at + 1, length);
}

export function putInteger(out: Buffer, at: number, field: number, value: bigint): number {
  out[at] = (field << 3) | VARINT;
  if (value <= 0x7fffffffn) return putLength(out, at + 1, Number(value));
  let end = at + 1;
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) out[end++] = Number(rest & 0x7fn) | 0x80;
  out[end++] = Number(rest);
  return end;
}

export const sizeOfBytesField = (length: number): number => 1 + sizeOfLength(length) + length;

/** Up to 2^31 - 1. */
const sizeOfLength = (length: number): number =>
  length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;

export function sizeOfIntegerField(value: bigint): number {
  // Doubles are counted with far faster.
  if (value <= 0x7fffffffn) return 1 + sizeOfLength(Number(value));
  let size = 2;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

function putLength(out: Buffer, at: number, length: number): number {
  let end = at;
  let rest = length;
  for (; rest >= 0x80; rest >>>= 7) out[end++] = (rest & 0x7f) | 0x80;
  out[end++] = rest;
  return end;
}
