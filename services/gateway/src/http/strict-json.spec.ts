import { Refused } from "@tradesage/contracts";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "./strict-json.ts";

const parse = (text: string) => parseStrictJson(new TextEncoder().encode(text));
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

test("plain JSON is read as JSON.parse reads it", () => {
  for (const text of [
    "{}",
    '{"a":[1,-2.5,1e3,{"b":"c\\"{:"}],"\\u00e9":null,"a2":true}',
    '[{"a":1},{"a":2}]',
    '{"a":{"a":{"a":1}}}',
    nested(16),
    "9007199254740991",
    '":"',
  ])
    expect(parse(text)).toEqual(JSON.parse(text));
});

describe("what could mean two things is refused", () => {
  test.each([
    ["a key that appears twice", '{"volume":"1","volume":"2"}'],
    ["a key that appears twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["a key twice in a nested object", '[{"x":{"a":1,"a":1}}]'],
    ["__proto__", '{"__proto__":{"admin":true}}'],
    ["__proto__, escaped", '{"\\u005f_proto__":1}'],
    ["deep nesting", nested(17)],
    ["very deep nesting", "[".repeat(30_000) + "]".repeat(30_000)],
    ["an integer that a double changes", '{"a":9007199254740993}'],
    ["a number beyond doubles", '{"a":1e400}'],
    ["a number of endless digits", `{"a":0.${"1".repeat(400)}}`],
    ["half a text", '{"a":'],
    ["two texts", "{}{}"],
    ["half of a surrogate pair", '{"a":"\\ud83d"}'],
    ["a NUL", '{"a":["\\u0000"]}'],
    ["a NUL in a key", '{"\\u0000":1}'],
    ["NaN", '{"a":NaN}'],
    ["nothing", ""],
  ])("%s", (_, text) => {
    expect(() => parse(text)).toThrow(Refused);
  });

  test("bytes that are not UTF-8", () => {
    expect(() => parseStrictJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow("not UTF-8");
  });
});
