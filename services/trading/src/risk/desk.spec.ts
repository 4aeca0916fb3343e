import type { DeskCommand, DeskEvent } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { desk } from "./desk.ts";

const given = specify(desk);
const tenantId = "acme";
const newYork = { at: "17:00", zone: "America/New_York" };
const set = (rollover?: typeof newYork): DeskCommand => ({ type: "SetRollover", data: { tenantId, ...rollover } });
const wasSet = (rollover?: typeof newYork): DeskEvent => ({
  type: "DeskTermsSet",
  data: { tenantId, ...(rollover && { rollover }) },
});

describe("the rollover of a tenant", () => {
  test("is set, told when it changes, and taken back", () => {
    given().when(set(newYork), undefined).thenEmits(wasSet(newYork));
    given(wasSet(newYork)).when(set(newYork), undefined).thenEmits();
    given(wasSet(newYork)).when(set(), undefined).thenEmits(wasSet());
    given().when(set(), undefined).thenEmits();
  });
  test("says nothing of what its accounts may do", () => {
    const halt: DeskCommand = {
      type: "SetDeskState",
      data: { tenantId, state: "halted", reason: "the feed is wrong" },
    };
    const halted: DeskEvent = { type: "DeskStateChanged", data: halt.data };
    given(wasSet(newYork)).when(halt, undefined).thenEmits(halted);
    given(halted, wasSet(newYork)).when(halt, undefined).thenEmits();
  });
});
