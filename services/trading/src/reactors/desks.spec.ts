import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createDesks } from "./desks.ts";

const reason = "the feed is wrong";

describe("a restriction", () => {
  test("of a tenant concerns it alone, and one of the platform concerns all", () => {
    const desks = createDesks();
    const say = (tenantId: string, state: "active" | "halted") =>
      desks.apply({ type: "DeskStateChanged", data: { tenantId, state, reason } });
    say("acme", "halted");
    assert.deepEqual(desks.of("acme"), [{ scope: "tenant", state: "halted", reason }]);
    assert.deepEqual(desks.of("zeta"), []);
    say("platform", "halted");
    say("acme", "active");
    assert.deepEqual(desks.of("zeta"), [{ scope: "platform", state: "halted", reason }]);
    assert.deepEqual(desks.of("acme"), desks.of("zeta"));
  });
});
