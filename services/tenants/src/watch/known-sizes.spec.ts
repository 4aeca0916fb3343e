import { expect, test } from "vitest";
import { knownSizes } from "./known-sizes.ts";

/** Looks at tenants by their marks; what was measured in each look, and the sizes that are known behind it. */
function looking(most: number) {
  const sizes = knownSizes(most);
  return async (marks: Readonly<Record<string, string>>, bytes: number) => {
    const measured: string[] = [];
    const known = await sizes(
      Object.entries(marks).map(([schema, mark]) => ({ schema, mark })),
      async (schemas) => {
        measured.push(...schemas);
        return new Map(schemas.map((schema) => [schema, bytes]));
      },
    );
    return [measured, Object.fromEntries(known)];
  };
}

test("what was not written to is not measured again", async () => {
  const look = looking(10);
  expect(await look({ a: "1", b: "1" }, 100)).toEqual([["a", "b"], { a: 100, b: 100 }]);
  expect(await look({ a: "1", b: "2" }, 200)).toEqual([["b"], { a: 100, b: 200 }]);
  expect(await look({ a: "1", b: "2" }, 300)).toEqual([[], { a: 100, b: 200 }]);
});

test("a look measures so many and no more; those that were never measured come first, then the oldest", async () => {
  const look = looking(2);
  expect(await look({ a: "1", b: "1", c: "1" }, 100)).toEqual([["a", "b"], { a: 100, b: 100 }]);
  expect(await look({ a: "2", b: "2", c: "1" }, 200)).toEqual([["c", "a"], { a: 200, b: 100, c: 200 }]);
  expect(await look({ a: "3", b: "2", c: "2" }, 300)).toEqual([["b", "a"], { a: 300, b: 300, c: 200 }]);
});

test("what is gone is forgotten", async () => {
  const look = looking(10);
  await look({ a: "1", b: "1" }, 100);
  expect(await look({ a: "1" }, 200)).toEqual([[], { a: 100 }]);
  expect(await look({ a: "1", b: "1" }, 300)).toEqual([["b"], { a: 100, b: 300 }]);
});
