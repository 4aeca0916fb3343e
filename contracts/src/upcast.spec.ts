import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { z } from "zod";
import { event } from "./messages.ts";
import { upcast } from "./upcast.ts";

const schema = z.object({ name: z.string(), reason: z.string() });
const types = {
  Renamed: event("Renamed", schema, 3, {
    1: ({ title, ...rest }) => ({ ...rest, name: String(title) }),
    2: (data) => ({ ...data, reason: "unknown" }),
  }),
  Forgotten: event("Forgotten", schema, 2),
};

describe("an old event", () => {
  test("is brought to today's schema, one number at a time", () =>
    assert.deepEqual(upcast(types, { type: "Renamed", data: { title: "a" }, schema: 1 }), {
      ...{ name: "a", reason: "unknown" },
    }));
  test("of today's schema stays as it is", () => {
    const data = { name: "a", reason: "b" };
    assert.equal(upcast(types, { type: "Renamed", data, schema: 3 }), data);
  });
  test("of a newer schema, of an unknown type, or that nothing brings forward is an error", () => {
    assert.throws(() => upcast(types, { type: "Renamed", data: {}, schema: 4 }), /schema 4/);
    assert.throws(() => upcast(types, { type: "toString", data: {}, schema: 1 }), /unknown type/);
    assert.throws(() => upcast(types, { type: "Forgotten", data: {}, schema: 1 }), /nothing brings/);
  });
});
