import type { RecordedEvent } from "@tradesage/event-store";
import { expect, test } from "vitest";
import { CHAIN_START, chained, chainedLine, follow, parseLine } from "./chained-event.ts";

const event: RecordedEvent = {
  id: "00000000-0000-4000-8000-000000000001",
  type: "FundsDeposited",
  stream: "acme-account-main",
  revision: 0n,
  position: 7n,
  at: new Date("2026-01-15T10:00:00.000Z"),
  data: { note: 'a "quoted" \u2028 line\n', digest: "of another", amount: "10.00" },
  metadata: { tenant: "acme", digest: "0".repeat(64) },
};
const { line, link } = chainedLine(CHAIN_START, event);

test("a line follows what it was chained to, and nothing else", () => {
  expect(follow(CHAIN_START, line)).toEqual(chained(CHAIN_START, event));
  expect(follow(CHAIN_START, line)).toMatchObject({ data: event.data, metadata: event.metadata, link });
  expect(follow(link, line)).toBeUndefined();
});

test("a line of an older release, whose members stand in another order, follows as well", () => {
  const { link: at, ...others } = parseLine(line);
  expect(follow(CHAIN_START, JSON.stringify({ link: at, ...others }))).toEqual(parseLine(line));
  const { digest: _, ...oldest } = parseLine(line);
  expect(follow(CHAIN_START, JSON.stringify(oldest))).toEqual(oldest);
});

test("a line that was changed does not follow, wherever it was changed", () => {
  for (const [from, to] of [
    ['"10.00"', '"99.00"'],
    ['"revision":"0"', '"revision":"1"'],
    // Whoever parses it gets the last of two members of one name.
    [',"digest":"', ',"data":{"amount":"99.00"},"digest":"'],
    [`,"link":"${link}"}`, `,"data":{"amount":"99.00"},"link":"${link}"}`],
    [`,"link":"${link}"}`, `,"link":"${link}","data":{"amount":"99.00"}}`],
  ] as const) {
    const at = line.lastIndexOf(from);
    const changed = line.slice(0, at) + to + line.slice(at + from.length);
    expect(changed).not.toBe(line);
    expect(follow(CHAIN_START, changed), changed).toBeUndefined();
  }
});
