const nothing: Buffer = Buffer.alloc(0);

/**
 * Calls `take` for each field of a protobuf message: with its bytes, if it is text, bytes or a message, else with its
 * number. A field that comes twice is taken twice. Throws for bytes that are no message.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(message: Buffer, take: (field: number, bytes: Buffer, number: bigint) => void): void {
  let at = 0;
  const skip = (length: number): number => {
    const begin = at;
    at += length;
    if (at > message.length) throw new RangeError("a field that is longer than its message");
    return begin;
  };
  const byte = (): number => message[skip(1)] as number;
  /** A tag or a length: of four bytes at most. */
  const small = (): number => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const next = byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new RangeError("a tag or a length of more than four bytes");
  };
  const number = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const next = byte();
      value |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError("a number of more than ten bytes");
  };
  while (at < message.length) {
    const tag = small();
    const field = tag >>> 3;
    switch (tag & 7) {
      case 0:
        take(field, nothing, number());
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = small();
        const begin = skip(length);
        take(field, message.subarray(begin, begin + length), 0n);
        break;
      }
      case 5:
        skip(4);
        break;
      default:
        throw new RangeError("a field of an unknown kind");
    }
  }
}
