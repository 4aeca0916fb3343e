import { canonicalJson, type JsonObject } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CHAIN_START, digestOf, linkOf } from "./chained-event.ts";
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
const { told, link } = parseLine(line);
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

test("a line of an older release, of which the members' names were put in order, follows as well", () => {
  const [digest, own] = [digestOf(told), linkOf(CHAIN_START, told)];
  const inOrder = `${canonicalJson(told as unknown as JsonObject).slice(0, -1)},"digest":"${digest}","link":"${own}"}`;
  for (const older of [
    inOrder,
    JSON.stringify({ ...told, digest, link: own }),
    JSON.stringify({ link: own, digest, ...told }),
    JSON.stringify({ ...told, link: own }),
  ]) {
    const followed = follow(CHAIN_START, older);
    expect(followed).toMatchObject({ id: event.id, position: 7n, at: event.at, link: own });
    expect(JSON.parse(followed?.data.toString() ?? "")).toEqual(data);
    expect(parseLine(older)).toMatchObject({ told, link: own, text: canonicalJson(told as unknown as JsonObject) });
    const [next = ""] = written([{ ...event, position: 8n }], own);
    const take = followerOf(CHAIN_START);
    expect([take(older)?.position, take(next)?.position]).toEqual([7n, 8n]);
  }
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
