import { expect, test } from "vitest";
import { chainStream, parseStream, streams } from "./streams.ts";

test("a stream's name says whose it is and of what, the first time and every other", () => {
  for (const _ of ["first", "again"]) {
    expect(parseStream(streams.account("acme", "main-2"))).toEqual({
      tenant: "acme",
      aggregate: "account",
      id: "main-2",
    });
    expect(parseStream(streams.instrument("acme", "EUR/USD"))).toMatchObject({
      aggregate: "instrument",
      id: "EUR/USD",
    });
    for (const name of [chainStream("acme"), "$settings", "acme-account-", "Acme-account-main"])
      expect(parseStream(name)).toBeUndefined();
  }
});

test("however many streams there are, each is told apart", () => {
  for (let number = 0; number < 25_000; number++) parseStream(streams.account("acme", `a${number}`));
  expect(parseStream(streams.account("acme", "a7"))?.id).toBe("a7");
});
