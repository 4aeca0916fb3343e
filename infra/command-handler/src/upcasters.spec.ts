import assert from "node:assert/strict";
import { event } from "@tradesage/contracts";
import { describe, test } from "vitest";
import { z } from "zod";
import { upcast } from "./upcasters.ts";

const types = { Renamed: event("Renamed", z.object({ name: z.string(), reason: z.string() }), 3) };
const upcasters = {
  Renamed: {
    1: ({ title, ...rest }: Record<string, unknown>) => ({ ...rest, name: String(title) }),
    2: (data: object) => ({ ...data, reason: "unknown" }),
  },
};

describe("an old event", () => {
  test("is brought to today's schema, one number at a time", () =>
    assert.deepEqual(upcast(types, upcasters, { type: "Renamed", data: { title: "a" }, schema: 1 }), {
      ...{ name: "a", reason: "unknown" },
    }));
  test("of today's schema stays as it is", () => {
    const data = { name: "a", reason: "b" };
    assert.equal(upcast(types, upcasters, { type: "Renamed", data, schema: 3 }), data);
  });
  test("of a newer schema, of an unknown type, or without an upcaster stops the loading", () => {
    assert.throws(() => upcast(types, upcasters, { type: "Renamed", data: {}, schema: 4 }), /schema 4/);
    assert.throws(() => upcast(types, upcasters, { type: "toString", data: {}, schema: 1 }), /unknown type/);
    assert.throws(() => upcast(types, {}, { type: "Renamed", data: {}, schema: 2 }), /no upcaster/);
  });
});
