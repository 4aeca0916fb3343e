import assert from "node:assert/strict";
import { type CommandEnvelope, Refused } from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable, type RecordedEvent } from "@tradesage/event-store";
import { afterAll, beforeAll, beforeEach, describe, test } from "vitest";
import { asked, memoryBucket, purses } from "./purse.fixture.ts";
import { startStore } from "./store.fixture.ts";

let store: EventStore;
let tenant: string;
let tests = 0;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.close());
beforeEach(() => {
  tenant = `tenant_${++tests}`;
});

const put = (coins: number, named: Parameters<typeof asked>[2] = {}) => asked("Put", coins, { tenant, ...named });
const take = (coins: number, named: Parameters<typeof asked>[2] = {}) => asked("Take", coins, { tenant, ...named });
const history = async (purse = "p"): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(`${tenant}-purse-${purse}`)) events.push(event);
  return events;
};
const types = async () => (await history()).map(({ type }) => type);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "accepted",
    (error: unknown) => (error instanceof Refused ? error.code : "failed"),
  );

/** The store, but some appends end in another way. `fate` says how: after they were made, or instead. */
function faulty(fates: ("lost-answer" | "lost-write" | undefined)[]): {
  eventStore: EventStore;
  appends: () => number;
} {
  let appends = 0;
  const append: EventStore["append"] = async (...args) => {
    const fate = fates[appends++];
    if (fate === "lost-write") throw new EventStoreUnavailable("no answer");
    const appended = await store.append(...args);
    if (fate === "lost-answer") throw new EventStoreUnavailable("no answer");
    return appended;
  };
  return { eventStore: { ...store, append }, appends: () => appends };
}

describe("a command", () => {
  test("is made true by events that say whose it is", async () => {
    const reply = await purses(store).handle(put(5));
    const [event] = await history();
    assert.deepEqual(reply.events, [{ type: "CoinsPut", data: { purse: "p", coins: 5 } }]);
    assert.deepEqual([reply.revision, reply.position], ["0", String(event?.position)]);
    const metadata = event?.metadata as Record<string, unknown>;
    assert.equal(metadata["command"], reply.commandId);
    assert.deepEqual(
      [metadata["tenant"], metadata["actor"], metadata["correlation"], metadata["schema"]],
      [tenant, "spec", "c", 1],
    );
  });
  test("that is refused leaves nothing", async () => {
    await assert.rejects(purses(store).handle(take(1)), { code: "INSUFFICIENT_MARGIN", values: { held: 0 } });
    assert.deepEqual(await history(), []);
  });
  test("that changes nothing is answered with no events, where the aggregate stands", async () => {
    const handler = purses(store);
    const { position } = await handler.handle(put(1));
    const reply = await handler.handle(put(0));
    assert.deepEqual([reply.events, reply.revision, reply.position], [[], "0", position]);
  });
  test("with wrong or unknown fields is refused by its schema", async () => {
    const bad = { ...put(1), data: { purse: "p", coins: "1", extra: true } };
    await assert.rejects(purses(store).handle(bad), (error: Refused) => {
      assert.equal(error.code, "INVALID_INPUT");
      const paths = (error.values["errors"] as { path: string }[]).map(({ path }) => path);
      assert.deepEqual(paths.sort(), ["coins", "extra"]);
      return true;
    });
  });
  test("that is not known is refused", async () =>
    assert.equal(await codeOf(purses(store).handle({ ...put(1), command: "constructor" })), "INVALID_INPUT"));
  test("whose decision fails is no refusal, leaves nothing, and fails no other", async () => {
    const handler = purses(store);
    const commands = [put(1), asked("Break", 1, { tenant }), put(1)];
    assert.deepEqual(await Promise.all(commands.map((envelope) => codeOf(handler.handle(envelope)))), [
      ...["accepted", "failed", "accepted"],
    ]);
    assert.deepEqual(await types(), ["CoinsPut", "CoinsPut"]);
  });
});

describe("commands that wait for one stream", () => {
  test("are written together, each accepted or refused by itself", async () => {
    const { eventStore, appends } = faulty([]);
    const handler = purses(eventStore);
    const outcomes = await Promise.all(
      [put(1), put(2), take(4), take(3), take(1)].map((one) => codeOf(handler.handle(one))),
    );
    assert.deepEqual(outcomes, ["accepted", "accepted", "INSUFFICIENT_MARGIN", "accepted", "INSUFFICIENT_MARGIN"]);
    assert.equal((await history()).length, 5);
    assert.ok(appends() <= 2, `${appends()} appends`);
  });
  test("lose nothing when many come at once", async () => {
    const handler = purses(store, { limit: () => 1_000_000 });
    const replies = await Promise.all(Array.from({ length: 500 }, () => handler.handle(put(1))));
    assert.equal(new Set(replies.map(({ revision }) => revision)).size, 500);
    assert.equal((await history()).length, 500);
  });
  test("are decided again when another writer was first", async () => {
    const [one, other] = [purses(store, { limit: () => 10 }), purses(store, { limit: () => 10 })];
    const all = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one : other).handle(put(1)));
    const outcomes = await Promise.all(all.map(codeOf));
    assert.equal(outcomes.filter((outcome) => outcome === "accepted").length, 10);
    assert.equal(outcomes.filter((outcome) => outcome === "VOLUME_OUT_OF_RANGE").length, 10);
    assert.equal((await history()).length, 10);
  });
});

describe("a state that is kept warm", () => {
  test("refuses nothing that another writer has made acceptable since", async () => {
    const [one, other] = [purses(store), purses(store)];
    await one.handle(put(1));
    await other.handle(put(5));
    assert.equal(await codeOf(one.handle(take(6))), "accepted");
  });
  test("says of nothing that it changes nothing, if it does by now", async () => {
    const [one, other] = [purses(store), purses(store)];
    await one.handle(put(1));
    const { revision } = await other.handle(put(5));
    assert.equal((await one.handle(put(0))).revision, revision);
  });
  test("is brought to the present by what came since alone", async () => {
    let events = 0;
    const readStream: EventStore["readStream"] = async function* (...args) {
      for await (const event of store.readStream(...args)) {
        events++;
        yield event;
      }
    };
    const [one, other] = [purses({ ...store, readStream }), purses(store)];
    for (let n = 0; n < 5; n++) await one.handle(put(1));
    await other.handle(put(5));
    events = 0;
    assert.equal((await one.read(`${tenant}-purse-p`)).state, 10);
    assert.equal(events, 2, "the last one that it knew, and what came behind it");
    const repeat = put(1);
    const reply = await other.handle(repeat);
    assert.deepEqual(await one.handle(repeat), reply);
    assert.equal(await codeOf(one.handle(take(11))), "accepted");
  });
  test("is not held against the store by who asks for no more than it has seen", async () => {
    const [one, other] = [purses(store), purses(store)];
    const seen = BigInt((await one.handle(put(1))).position);
    const since = BigInt((await other.handle(put(5))).position);
    const stream = `${tenant}-purse-p`;
    assert.equal((await one.read(stream, seen)).state, 1);
    assert.equal((await one.read(stream, since)).state, 6);
    await other.handle(put(2));
    assert.equal((await one.read(stream)).state, 8);
  });
});

describe("a repeat", () => {
  test("answers as the first time, once, also after a restart and out of the middle of a write", async () => {
    const handler = purses(store);
    const commands = [put(3), take(2), put(4)];
    const first = await Promise.all(commands.map((one) => handler.handle(one)));
    const again = await Promise.all(commands.map((one) => handler.handle(one)));
    const restarted = await Promise.all(commands.map((one) => purses(store).handle(one)));
    assert.deepEqual(again, first);
    assert.deepEqual(restarted, first);
    assert.equal((await history()).length, 4);
  });
  test("that comes while the first is decided is the first", async () => {
    const handler = purses(store);
    const command = put(1);
    const replies = await Promise.all([handler.handle(command), handler.handle(command)]);
    assert.deepEqual(replies[0], replies[1]);
    assert.equal((await history()).length, 1);
  });
  test("with another body is refused, at once, later, and after a restart", async () => {
    const handler = purses(store);
    const [one, other] = [put(1, { key: "same" }), put(2, { key: "same" })];
    const codes = await Promise.all([one, other].map((envelope) => codeOf(handler.handle(envelope))));
    assert.deepEqual(codes, ["accepted", "IDEMPOTENCY_KEY_REUSED"]);
    assert.equal(await codeOf(handler.handle(other)), "IDEMPOTENCY_KEY_REUSED");
    assert.equal(await codeOf(purses(store).handle(other)), "IDEMPOTENCY_KEY_REUSED");
    assert.equal(await codeOf(purses(store).handle(one)), "accepted");
  });
  test("of a key in another tenant is no repeat", async () => {
    const handler = purses(store);
    await handler.handle(put(1, { key: "same" }));
    await handler.handle(put(2, { key: "same", tenant: `${tenant}_b` }));
    assert.equal((await history()).length, 1);
  });
  test("of a refused command is refused alike, though it could be accepted now", async () => {
    const refusals = memoryBucket();
    const handler = purses(store, { refusals });
    const command = take(1);
    const refused = { code: "INSUFFICIENT_MARGIN", values: { held: 0 } };
    await assert.rejects(handler.handle(command), refused);
    await handler.handle(put(5));
    await assert.rejects(handler.handle(command), refused);
    await assert.rejects(purses(store, { refusals }).handle(command), refused);
    const other = { ...command, data: { purse: "p", coins: 2 } };
    assert.equal(await codeOf(handler.handle(other)), "IDEMPOTENCY_KEY_REUSED");
    assert.equal((await history()).length, 1);
  });
  test("of a command that changed nothing changes nothing, and answers alike", async () => {
    const handler = purses(store);
    const command = put(0);
    const first = await handler.handle(command);
    await handler.handle(put(5));
    assert.deepEqual(await handler.handle(command), first);
  });
  test("is known for a day", async () => {
    let now = Date.now();
    const handler = purses(store, { now: () => now });
    const command = put(1, { at: new Date(now).toISOString() });
    const first = await handler.handle(command);
    now += 23 * 3_600_000;
    await handler.handle(put(1, { at: new Date(now).toISOString() }));
    assert.deepEqual(await handler.handle(command), first);
    assert.deepEqual(await purses(store, { now: () => now }).handle(command), first);
  });
});

describe("an append in doubt", () => {
  test("that was made is found, and answered from its events", async () => {
    const { eventStore } = faulty(["lost-answer"]);
    const reply = await purses(eventStore).handle(put(3));
    assert.deepEqual(reply.events, [{ type: "CoinsPut", data: { purse: "p", coins: 3 } }]);
    assert.equal((await history()).length, 1);
  });
  test("that was not made is made again unchanged, though the command would be refused by now", async () => {
    const { eventStore } = faulty(["lost-write", "lost-write"]);
    let limit = 5;
    const handler = purses(eventStore, { limit: () => limit-- });
    await handler.handle(put(5));
    assert.deepEqual(await types(), ["CoinsPut"]);
    assert.equal(limit, 4);
  });
  test("whose stream another writer moved on is decided anew", async () => {
    const other = purses(store, { limit: () => 5 });
    const { eventStore } = faulty(["lost-write"]);
    const meddling: EventStore = {
      ...eventStore,
      append: (...args) =>
        eventStore.append(...args).catch(async (error: unknown) => {
          await other.handle(put(5));
          throw error;
        }),
    };
    assert.equal(await codeOf(purses(meddling, { limit: () => 5 }).handle(put(3))), "VOLUME_OUT_OF_RANGE");
    assert.equal((await history()).length, 1);
  });
  test("that stays in doubt is answered as such, and asking again tells", async () => {
    const { eventStore } = faulty(Array.from({ length: 20 }, () => "lost-write" as const));
    const command: CommandEnvelope = put(3);
    assert.equal(await codeOf(purses(eventStore).handle(command)), "DEADLINE_EXCEEDED");
    assert.equal(await codeOf(purses(store).handle(command)), "accepted");
    assert.equal((await history()).length, 1);
  });
});

describe("while a part is away", () => {
  test("commands are refused as unavailable if the store cannot be read, and nothing is changed", async () => {
    const readStream: EventStore["readStream"] = () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new EventStoreUnavailable("away")) }),
    });
    assert.equal(await codeOf(purses({ ...store, readStream }).handle(put(1))), "UNAVAILABLE");
    assert.deepEqual(await history(), []);
  });
  test("commands are refused as unavailable if the memory of answers is, and the same ones are taken later", async () => {
    const refusals = memoryBucket();
    const handler = purses(store, { refusals });
    refusals.broken = true;
    const command = put(1);
    assert.equal(await codeOf(handler.handle(command)), "UNAVAILABLE");
    refusals.broken = false;
    assert.equal(await codeOf(handler.handle(command)), "accepted");
  });
});

test("a command that nobody can repeat needs no memory of answers", async () => {
  const refusals = memoryBucket();
  refusals.broken = true;
  const handler = purses(store, { refusals });
  assert.equal(await codeOf(handler.handle({ ...take(1), repeatable: false })), "INSUFFICIENT_MARGIN");
  assert.deepEqual((await handler.handle({ ...put(0), repeatable: false })).events, []);
  assert.equal(await codeOf(handler.handle({ ...put(2), repeatable: false })), "accepted");
});

test("a command that nobody can repeat is not remembered once it is answered, yet made once while it is in doubt", async () => {
  const { eventStore } = faulty(["lost-answer"]);
  const handler = purses(eventStore);
  const nameless = { ...put(2, { key: "made-by-the-gateway" }), repeatable: false };
  assert.equal(await codeOf(handler.handle(nameless)), "accepted");
  assert.equal((await history()).length, 1);
  const other = { ...put(3, { key: "another-of-its-own" }), repeatable: false };
  for (let time = 0; time < 2; time++) assert.equal(await codeOf(handler.handle(other)), "accepted");
  assert.equal((await history()).length, 3);
});

test("an aggregate that is no longer kept warm is loaded again", async () => {
  const handler = purses(store, { keepWarm: 1 });
  for (const purse of ["a", "b", "a", "b"]) await handler.handle(put(1, { purse }));
  assert.equal(await codeOf(handler.handle(take(2, { purse: "a" }))), "accepted");
  assert.equal((await history("a")).length, 4);
});
