import { subjects } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { checkLiteral, checkPattern } from "./subject.ts";

const refusal = { code: "INVALID_INPUT" };

test.each([
  subjects.command("trading", "acme", "PlaceOrder", "main"),
  subjects.query("projections", "platform", "tenants"),
  subjects.ticks("acme", "#AAPL"),
  subjects.bars("acme", "US500.cash", "1m"),
])("the contracts' subject %s passes", (subject) => {
  expect(() => checkLiteral(subject)).not.toThrow();
});

test.each([
  ["a wildcard for a tenant", "ticks.*.EURUSD"],
  ["a wildcard for the rest", "ticks.>"],
  ["an empty token", "ticks..EURUSD"],
  ["a dot at the end", "ticks.acme."],
  ["a space", "ticks.acme EURUSD"],
  ["a line end, which would begin a command to the server", "ticks.acme\r\nPUB x 1"],
  ["the server's own subjects", "$JS.API.STREAM.DELETE.TICKS"],
  ["somebody's inbox", "_INBOX.abc.def"],
  ["letters that are not ASCII", "ticks.äcme.EURUSD"],
  ["nothing", ""],
  ["far too much", `ticks.${"a".repeat(300)}`],
])("to say something to %s is refused", (_, subject) => {
  expect(() => checkLiteral(subject)).toThrow(expect.objectContaining(refusal));
});

test.each([subjects.commandsOf("trading"), subjects.allTicks, subjects.quotesOf("acme"), "query.*.acme.orders"])(
  "one may listen to %s",
  (pattern) => {
    expect(() => checkPattern(pattern)).not.toThrow();
  },
);

test.each([">", "*", "*.acme", "ticks.>.EURUSD", "ticks.a*", "$JS.>", "_INBOX.>", "ticks. >"])(
  "one may not listen to %s",
  (pattern) => {
    expect(() => checkPattern(pattern)).toThrow(expect.objectContaining(refusal));
  },
);
