import { Decimal } from "@tradesage/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { texts, workbench } from "./testing/workbench.ts";

test("every text is quoted so that any reader reads it", () => {
  const { functions } = workbench(["Json.mqh"]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(JSON.parse(functions["JsonQuote"]?.(text) as string)).toBe(text);
    }),
  );
});

test("what JSON.stringify writes is read: members, items and texts", () => {
  const { functions } = workbench(["Json.mqh"]);
  const key = fc.stringMatching(/^[a-zA-Z]{1,8}$/);
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), fc.array(fc.jsonValue()), (object, array) => {
      const text = JSON.stringify(object);
      for (const [name, value] of Object.entries(object)) {
        expect(functions["JsonMember"]?.(text, name)).toBe(JSON.stringify(value));
        if (typeof value === "string") expect(functions["JsonString"]?.(text, name)).toBe(value);
      }
      const items = texts();
      expect(functions["JsonItems"]?.(JSON.stringify(array), items)).toBe(array.length);
      expect(items.items).toEqual(array.map((item) => JSON.stringify(item)));
    }),
  );
});

test("what is not there is an empty text, and broken JSON ends the search", () => {
  const { functions } = workbench(["Json.mqh"]);
  const member = functions["JsonMember"];
  expect([member?.("{}", "a"), member?.('{"a":[1,2', "a"), member?.('{"a', "a"), member?.("", "a")]).toEqual([
    "",
    "",
    "",
    "",
  ]);
});

test("a number becomes a decimal as the contract wants it", () => {
  const { functions } = workbench(["Json.mqh"]);
  const decimal = (value: number) => functions["DecimalText"]?.(value);
  expect([0.00001, 100_000, 0.01, -2.5, 0, -1e-12].map(decimal)).toEqual([
    "0.00001",
    "100000",
    "0.01",
    "-2.5",
    "0",
    "0",
  ]);
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (value) => {
      expect(Decimal.safeParse(decimal(value)).success).toBe(true);
    }),
  );
});
