import { expect, test } from "vitest";
import { difference, partOf } from "./difference.ts";

test("what was changed, added and removed is told by its path", () => {
  const before = { balance: "10.00", orders: { o1: { volume: "1" }, "a/b~c": 1 }, name: "Main" };
  const after = { balance: "12.00", orders: { o2: { volume: "1" } }, name: "Main" };
  expect(difference(before, after, "")).toEqual([
    { path: "/balance", before: "10.00", after: "12.00" },
    { path: "/orders/o1", before: { volume: "1" } },
    { path: "/orders/a~1b~0c", before: 1 },
    { path: "/orders/o2", after: { volume: "1" } },
  ]);
});

test("of lists it is told which elements came and went", () => {
  expect(difference({ ids: ["a", "b"] }, { ids: ["b", "c"] }, "")).toEqual([
    { path: "/ids", before: "a" },
    { path: "/ids", after: "c" },
  ]);
});

test("equal values do not differ, in whatever order their members are", () => {
  expect(difference({ a: [{ x: 1, y: 2 }], b: null }, { b: null, a: [{ y: 2, x: 1 }] }, "")).toEqual([]);
});

test("a part is found by its pointer", () => {
  const value = { orders: { "a/b~c": ["x"] } };
  expect(partOf(value, "")).toBe(value);
  expect(partOf(value, "/orders/a~1b~0c/0")).toBe("x");
  expect(partOf(value, "/orders/none/deeper")).toBeUndefined();
  expect(partOf(value, "/constructor")).toBeUndefined();
});
