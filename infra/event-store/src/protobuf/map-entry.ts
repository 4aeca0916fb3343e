import { bytesField } from "./write-fields.ts";

/** An entry of a map from text to text, without its head. */
export const mapEntry = (key: string, value: string): Buffer =>
  Buffer.concat([bytesField(1, Buffer.from(key)), bytesField(2, Buffer.from(value))]);

/** Few streams and types have most of the events that go together. */
const KEPT = 10_000;

/** Remembers what texts are encoded as. */
export function remembered(encode: (text: string) => Buffer): (text: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (text) => {
    let encoded = known.get(text);
    if (!encoded) {
      if (known.size >= KEPT) known.clear();
      encoded = encode(text);
      known.set(text, encoded);
    }
    return encoded;
  };
}
