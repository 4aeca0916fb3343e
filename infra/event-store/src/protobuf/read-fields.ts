/**
 * Calls `take` for each field of a protobuf message that lies between two places: with where its bytes begin and end, if
 * it is text, bytes or a message, else with its number. A field that comes twice is taken twice. Throws for bytes that
 * are no message. Nothing is copied or cut out, since this is done for every event.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readFields(
  bytes: Buffer,
  begin: number,
  end: number,
  take: (field: number, begin: number, end: number, number: bigint) => void,
): void {
  let at = begin;
  while (at < end) {
    const tag = small();
    const field = tag >>> 3;
    switch (tag & 7) {
      case 0:
        take(field, at, at, number());
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = small();
        const from = skip(length);
        take(field, from, at, 0n);
        break;
      }
      case 5:
        skip(4);
        break;
      default:
        throw new RangeError("a field of an unknown kind");
    }
  }

  function skip(length: number): number {
    const from = at;
    at += length;
    if (at > end) throw new RangeError("a field that is longer than its message");
    return from;
  }

  /** A tag or a length: of four bytes at most. */
  function small(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const next = bytes[skip(1)] as number;
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    throw new RangeError("a tag or a length of more than four bytes");
  }

  function number(): bigint {
    let value = 0;
    let unit = 1;
    // Doubles are exact up to here, and counted with far faster.
    for (; unit < 2 ** 49; unit *= 128) {
      const next = bytes[skip(1)] as number;
      value += (next & 0x7f) * unit;
      if (next < 0x80) return BigInt(value);
    }
    let whole = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const next = bytes[skip(1)] as number;
      whole |= BigInt(next & 0x7f) << shift;
      if (next < 0x80) return BigInt.asUintN(64, whole);
    }
    throw new RangeError("a number of more than ten bytes");
  }
}

/** The one field of a message that is of interest, as a number; 0 where it is not there. */
export function numberOf(bytes: Buffer, begin: number, end: number, wanted: number): bigint {
  let value = 0n;
  readFields(bytes, begin, end, (field, _begin, _end, number) => {
    if (field === wanted) value = number;
  });
  return value;
}

/** The same, as text; empty where it is not there. */
export function textOf(bytes: Buffer, begin: number, end: number, wanted: number): string {
  let text = "";
  readFields(bytes, begin, end, (field, begin, end) => {
    if (field === wanted) text = bytes.toString("utf8", begin, end);
  });
  return text;
}
