import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { commandIdOf, digestOf } from "./command-id.ts";

describe("a command's id", () => {
  test("is a UUID of version 5", () =>
    assert.match(
      commandIdOf("acme-account-a", "k"),
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ));
  test("never changes: it stands in kept events", () =>
    assert.equal(commandIdOf("acme-account-a", "k"), "28bec102-fad4-58be-94f8-d53e6f6db9fb"));
  test("is another in another tenant, for another aggregate, and under another key", () => {
    const ids = ["acme-account-a", "zeta-account-a", "acme-account-b"].flatMap((stream) =>
      ["k", "l"].map((key) => commandIdOf(stream, key)),
    );
    assert.equal(new Set(ids).size, 6);
  });
});

test("the digest of a body does not depend on the order of its fields", () => {
  const one = digestOf({ command: "Deposit", data: { a: "1", b: { c: 1, d: 2 } } });
  assert.equal(digestOf({ command: "Deposit", data: { b: { d: 2, c: 1 }, a: "1" } }), one);
  assert.notEqual(digestOf({ command: "Withdraw", data: { a: "1", b: { c: 1, d: 2 } } }), one);
  assert.notEqual(digestOf({ command: "Deposit", data: { a: "2", b: { c: 1, d: 2 } } }), one);
});
