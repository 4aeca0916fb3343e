/**
 * The fields of a protobuf message, one after the other: `nextField` goes on to the next. Nothing is copied or cut out,
 * and nothing made for a field, since this is done for every event.
 * https://protobuf.dev/programming-guides/encoding/
 */
export interface Fields {
  readonly bytes: Buffer;
  /** The field's number; 0 before the first. A field that comes twice is there twice. */
  field: number;
  /** Where its text, bytes, message or number lie. */
  begin: number;
  end: number;
  /** Where the message itself ends. */
  readonly last: number;
}

export const fieldsOf = (bytes: Buffer, begin = 0, end = bytes.length): Fields => ({
  ...{ bytes, field: 0, begin, end: begin, last: end },
});

const [VARINT, FIXED_64, LENGTH_DELIMITED, FIXED_32] = [0, 1, 2, 5];
/** Ten times seven bits hold 64. */
const LONGEST = 10;

/** Goes on to the next field; false where there is none. Throws for bytes that are no message. */
export function nextField(fields: Fields): boolean {
  if (fields.end >= fields.last) return false;
  const tag = length(fields);
  fields.field = tag >>> 3;
  switch (tag & 7) {
    case VARINT:
      fields.begin = fields.end;
      while (byteAt(fields, fields.end++) >= 0x80);
      if (fields.end - fields.begin > LONGEST) throw new RangeError("a number of more than ten bytes");
      return true;
    case LENGTH_DELIMITED:
      return skip(fields, length(fields));
    case FIXED_64:
      return skip(fields, 8);
    case FIXED_32:
      return skip(fields, 4);
    default:
      throw new RangeError("a field of an unknown kind");
  }
}

/** The field's number. */
export function numberIn({ bytes, begin, end }: Fields): bigint {
  // Doubles are exact up to 53 bits, and counted with far faster.
  if (end - begin <= 7) {
    let value = 0;
    for (let at = end - 1; at >= begin; at--) value = value * 128 + ((bytes[at] as number) & 0x7f);
    return BigInt(value);
  }
  let value = 0n;
  for (let at = end - 1; at >= begin; at--) value = (value << 7n) | BigInt((bytes[at] as number) & 0x7f);
  return BigInt.asUintN(64, value);
}

/** The field's text. */
export const textIn = ({ bytes, begin, end }: Fields): string => bytes.toString("utf8", begin, end);

/** The one field of a message that is of interest, as a number; 0 where it is not there. */
export function numberOf(message: Fields, wanted: number): bigint {
  const fields = within(message);
  let value = 0n;
  while (nextField(fields)) if (fields.field === wanted) value = numberIn(fields);
  return value;
}

/** The same, as text; empty where it is not there. */
export function textOf(message: Fields, wanted: number): string {
  const fields = within(message);
  let text = "";
  while (nextField(fields)) if (fields.field === wanted) text = textIn(fields);
  return text;
}

/** The fields of the message that a field is. */
export const within = ({ bytes, begin, end }: Fields): Fields => fieldsOf(bytes, begin, end);

function skip(fields: Fields, length: number): true {
  fields.begin = fields.end;
  fields.end += length;
  if (fields.end > fields.last) throw new RangeError("a field that is longer than its message");
  return true;
}

/** A tag or a length: of four bytes at most. */
function length(fields: Fields): number {
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const next = byteAt(fields, fields.end++);
    value |= (next & 0x7f) << shift;
    if (next < 0x80) return value;
  }
  throw new RangeError("a tag or a length of more than four bytes");
}

function byteAt({ bytes, last }: Fields, at: number): number {
  if (at >= last) throw new RangeError("a field that is longer than its message");
  return bytes[at] as number;
}
