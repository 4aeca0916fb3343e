import { BACKWARDS, END, START } from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { describe, expect, test } from "vitest";
import { collect, connect, idsOf, newCategory, receivedIds, someEvents, take } from "../rig.ts";

// On an EventStoreDB these need its system projections, which are behind: what is read is waited for.
describe.each([
  ["the streams of a category", "$ce-", (word: string) => word, () => "Happened"],
  ["the events of a type", "$et-", (word: string) => word, (word: string) => word],
])("%s", (_, prefix, indexed, typeOf) => {
  test("is a stream of links to them, in the order in which they came", async () => {
    const client = connect();
    const word = newCategory();
    const index = `${prefix}${indexed(word)}`;
    await client.enableProjection("$by_category").catch(() => {});
    await client.enableProjection("$by_event_type").catch(() => {});
    const ids: string[] = [];
    for (let count = 0; count < 6; count++) {
      const events = someEvents(3, typeOf(word));
      await client.appendToStream(`${word}-${count % 2}`, events);
      ids.push(...idsOf(events));
    }
    const links = () => collect(client.readStream(index)).catch(() => []);
    await until("all are linked", async () => (await links()).length === 18);
    const unresolved = await links();
    expect(unresolved.map(({ event }) => event?.type)).toEqual(Array(18).fill("$>"));
    expect(unresolved.map(({ event }) => event?.revision)).toEqual(Array.from({ length: 18 }, (_, at) => BigInt(at)));
    expect(Buffer.from(unresolved[3]?.event?.data as Uint8Array).toString()).toBe(`0@${word}-1`);

    const resolved = await collect(client.readStream(index, { resolveLinkTos: true }));
    expect(receivedIds(resolved)).toEqual(ids);
    expect(resolved[4]?.link).toMatchObject({ streamId: index, revision: 4n, type: "$>" });
    const last = client.readStream(index, {
      direction: BACKWARDS,
      fromRevision: END,
      maxCount: 2,
      resolveLinkTos: true,
    });
    expect(receivedIds(await collect(last))).toEqual([ids[17], ids[16]]);
    const middle = client.readStream(index, { fromRevision: 7n, maxCount: 2, resolveLinkTos: true });
    expect(receivedIds(await collect(middle))).toEqual([ids[7], ids[8]]);
  });

  test("can be followed from history to live", async () => {
    const client = connect();
    const word = newCategory();
    const index = `${prefix}${indexed(word)}`;
    const [old, fresh] = [someEvents(5, typeOf(word)), someEvents(5, typeOf(word))];
    await client.appendToStream(`${word}-1`, old);
    const subscription = client.subscribeToStream(index, { fromRevision: START, resolveLinkTos: true });
    const seen = take(subscription, (_, count) => count === 10);
    await client.appendToStream(`${word}-2`, fresh);
    expect(receivedIds(await seen)).toEqual([...idsOf(old), ...idsOf(fresh)]);
  });

  test("links to nothing where a stream was deleted", async () => {
    const client = connect();
    const word = newCategory();
    await client.appendToStream(`${word}-1`, someEvents(2, typeOf(word)));
    await client.appendToStream(`${word}-2`, someEvents(1, typeOf(word)));
    await client.deleteStream(`${word}-1`);
    const read = () =>
      collect(client.readStream(`${prefix}${indexed(word)}`, { resolveLinkTos: true })).catch(() => []);
    await until("all are linked", async () => (await read()).length === 3);
    expect((await read()).map(({ event }) => event?.streamId)).toEqual([undefined, undefined, `${word}-2`]);
  });
});

test("the list of streams tells of each once", async () => {
  const client = connect();
  const category = newCategory();
  const names = Array.from({ length: 5 }, (_, number) => `${category}-${number}`);
  for (const name of names) await client.appendToStream(name, someEvents(2));
  const read = () => collect(client.readStream("$streams", { resolveLinkTos: true }));
  const mine = async () =>
    (await read()).map(({ event }) => event?.streamId ?? "").filter((name) => name.startsWith(category));
  await until("all are listed", async () => (await mine()).length === 5);
  expect(await mine()).toEqual(names);
});
