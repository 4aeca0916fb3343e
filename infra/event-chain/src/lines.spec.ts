import type { KeptEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHAIN_START, entryOf, extendChain } from "./chain.ts";
import { sumOf } from "./event-text.ts";
import { canonicalTextOf, olderLinkOf } from "./older-forms.ts";
import { createFollower, parseLine } from "./read-lines.ts";
import { createLineWriter } from "./write-lines.ts";

const data = { note: 'a "quoted" \u2028 line\n{', digest: "of another", amount: "10.00", inner: { metadata: {} } };
const event: KeptEvent = {
  id: "00000000-0000-4000-8000-000000000001",
  type: "FundsDeposited",
  stream: "acme-account-straße",
  revision: 0n,
  position: 7n,
  at: new Date("2026-01-15T10:00:00.000Z"),
  isJson: true,
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from(JSON.stringify({ tenant: "acme", digest: "0".repeat(64), actor: "änn" })),
};

const written = (events: readonly KeptEvent[], link = CHAIN_START) =>
  createLineWriter(link).write(events).toString().trimEnd().split("\n");
const [line = ""] = written([event]);
const parse = (text: string) => parseLine(Buffer.from(text));
const { told, link } = parse(line);
const follow = (before: string, text: string) => createFollower(before)(Buffer.from(text));

test("a line follows what it was chained to, and nothing else", () => {
  expect(follow(CHAIN_START, line)).toEqual({ ...event, link });
  expect(told).toMatchObject({ position: "7", revision: "0", stream: event.stream, data });
  expect(follow(link, line)).toBeUndefined();
});

test("lines follow each other, whatever their events hold, and have its very bytes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 })), fc.string()), {
        minLength: 1,
        maxLength: 5,
      }),
      (contents) => {
        const events = contents.map(
          ([own, type]): KeptEvent => ({ ...event, type, data: Buffer.from(JSON.stringify(own)) }),
        );
        const writer = createLineWriter(link);
        const lines = writer.write(events).toString().trimEnd().split("\n");
        const followed = lines.map(followerOf(link));
        expect(followed.map((one) => [one?.type, String(one?.data)])).toEqual(
          events.map((one) => [one.type, String(one.data)]),
        );
        expect(followed.at(-1)?.link).toBe(writer.head());
      },
    ),
    { numRuns: 25 },
  );
});

const followerOf = (before: string) => {
  const take = createFollower(before);
  return (text: string) => take(Buffer.from(text));
};

test("JSON that was laid out on several lines is on one", () => {
  const [own = "", ...others] = written([{ ...event, data: Buffer.from(JSON.stringify(data, undefined, 2)) }]);
  expect(others).toEqual([]);
  expect(JSON.parse(follow(CHAIN_START, own)?.data.toString() ?? "")).toEqual(data);
});

test("a line has the link that the event store's chain records of its event", () => {
  const later = { ...event, position: 9n, revision: 1n };
  const lines = written([event, later]).map(parse);
  const { head, upTo } = extendChain({ upTo: "0", head: CHAIN_START }, [event, later].map(entryOf));
  expect([upTo, head]).toEqual(["9", lines[1]?.link]);
});

test("a line of an older release, of which the members' names were put in order, follows as well", () => {
  const canonical = canonicalTextOf(told);
  const [digest, own] = [sumOf(canonical).slice(0, 32), olderLinkOf(CHAIN_START, canonical)];
  for (const older of [
    `${canonical.slice(0, -1)},"digest":"${digest}","link":"${own}"}`,
    JSON.stringify({ ...told, digest, link: own }),
    JSON.stringify({ link: own, digest, ...told }),
    JSON.stringify({ ...told, link: own }),
  ]) {
    const followed = follow(CHAIN_START, older);
    expect(followed).toMatchObject({ id: event.id, position: 7n, at: event.at, link: own });
    expect(JSON.parse(followed?.data.toString() ?? "")).toEqual(data);
    expect(parse(older)).toMatchObject({ told, link: own, text: canonical, form: "canonical" });
    const [next = ""] = written([{ ...event, position: 8n }], own);
    const take = followerOf(CHAIN_START);
    expect([take(older)?.position, take(next)?.position]).toEqual([7n, 8n]);
  }
});

test("a line that was linked by its text, and not by its digest, follows as well", () => {
  const { text } = parse(line);
  const own = olderLinkOf(CHAIN_START, text);
  const older = line.replace(link, own);
  expect(follow(CHAIN_START, older)).toEqual({ ...event, link: own });
  expect(parse(older)).toMatchObject({ told, link: own, form: "bytes" });
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
