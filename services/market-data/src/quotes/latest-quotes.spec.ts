import { TickQuality } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { payload, tick } from "../ticks/batch.fixture.ts";
import { latestQuotes } from "./latest-quotes.ts";

const eurusd = (bid: number, over = {}) => payload([tick({ bid, ...over })]);

test("the newest tick that can be traded on is the quote", () => {
  const quotes = latestQuotes();
  quotes.take("quotes.acme.EURUSD", eurusd(1.1));
  quotes.take("quotes.acme.EURUSD", payload([tick({ bid: 1.2 }), tick({ bid: 1.3, quality: TickQuality.crossed })]));
  expect([...quotes.of("acme").values()]).toMatchObject([{ symbol: "EURUSD", bid: 1.2 }]);
});

test("history that is filled in later is no quote", () => {
  const quotes = latestQuotes();
  quotes.take("quotes.acme.EURUSD", payload([tick()], { kind: "backfill" }));
  expect(quotes.of("acme").size).toBe(0);
});

test("what was known before is filled in, but never over what has come since", () => {
  const quotes = latestQuotes();
  quotes.take("quotes.acme.EURUSD", eurusd(1.2));
  const old = { bid: 1, ask: 1, timeMsc: 0 };
  quotes.fill("acme", [
    { symbol: "EURUSD", ...old },
    { symbol: "NZDUSD", ...old },
  ]);
  expect(Object.fromEntries([...quotes.of("acme")].map(([symbol, { bid }]) => [symbol, bid]))).toEqual({
    EURUSD: 1.2,
    NZDUSD: 1,
  });
});

test("each change is told once, and tenants are apart", () => {
  const quotes = latestQuotes();
  quotes.take("quotes.acme.US500=2ecash", eurusd(1.1));
  quotes.take("quotes.globex.EURUSD", eurusd(1.2));
  const changed = quotes.takeChanged();
  expect(changed.get("acme")).toMatchObject([{ symbol: "US500.cash", bid: 1.1 }]);
  expect(changed.get("globex")).toMatchObject([{ symbol: "EURUSD", bid: 1.2 }]);
  expect(quotes.takeChanged().size).toBe(0);
});
