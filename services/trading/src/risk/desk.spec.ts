import type { DeskCommand, DeskEvent, PaperTerms } from "@tradesage/contracts";
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

describe("the terms of the paper venue for a tenant", () => {
  const paperTerms: PaperTerms = {
    ...{ latencyMs: 50, latencyJitterMs: 0, seed: "" },
    ...{ slippage: { model: "none" }, commission: { model: "none" } },
  };
  const command: DeskCommand = { type: "SetDeskPaperTerms", data: { tenantId, ...paperTerms } };
  test("stand beside its rollover", () => {
    const both: DeskEvent = { type: "DeskTermsSet", data: { tenantId, rollover: newYork, paperTerms } };
    given(wasSet(newYork)).when(command, undefined).thenEmits(both);
    given(both).when(command, undefined).thenEmits();
    given(both).when(set(), undefined).thenEmits({ type: "DeskTermsSet", data: { tenantId, paperTerms } });
  });
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
