import assert from "node:assert/strict";
import { refuse } from "@tradesage/contracts";
import { describe, test } from "vitest";
import type { Decider } from "./decider.ts";
import { specify } from "./specify.ts";

type Command = { type: "Withdraw"; amount: number };
type Event = { type: "Deposited" | "Withdrawn"; amount: number };

const purse: Decider<number, Command, Event> = {
  initialState: 0,
  evolve: (held, event) => (event.type === "Deposited" ? held + event.amount : held - event.amount),
  decide: ({ amount }, held) => {
    if (amount > held) refuse("INSUFFICIENT_MARGIN", undefined, { held, amount });
    return amount === 0 ? [] : [{ type: "Withdrawn", amount }];
  },
};
const given = specify(purse);
const deposited: Event = { type: "Deposited", amount: 10 };
const fails = (claim: () => void) => assert.throws(claim, assert.AssertionError);

describe("given, when, then", () => {
  test("the events that follow are compared in whole", () => {
    given(deposited).when({ type: "Withdraw", amount: 4 }).thenEmits({ type: "Withdrawn", amount: 4 });
    fails(() => given(deposited).when({ type: "Withdraw", amount: 4 }).thenEmits({ type: "Withdrawn", amount: 5 }));
    fails(() => given(deposited).when({ type: "Withdraw", amount: 4 }).thenEmits());
  });

  test("a command that changes nothing emits nothing", () => {
    given(deposited).when({ type: "Withdraw", amount: 0 }).thenEmits();
  });

  test("a refusal is compared by its code and by the numbers that are named", () => {
    const refused = given(deposited).when({ type: "Withdraw", amount: 11 });
    refused.thenRefuses("INSUFFICIENT_MARGIN");
    refused.thenRefuses("INSUFFICIENT_MARGIN", { held: 10 });
    fails(() => refused.thenRefuses("INSUFFICIENT_MARGIN", { held: 11 }));
    fails(() => refused.thenRefuses("ORDER_NOT_OPEN"));
  });

  test("an accepted command is not a refused one, nor the other way round", () => {
    fails(() => given(deposited).when({ type: "Withdraw", amount: 4 }).thenRefuses("INSUFFICIENT_MARGIN"));
    assert.throws(() => given().when({ type: "Withdraw", amount: 4 }).thenEmits(), { code: "INSUFFICIENT_MARGIN" });
  });
});
