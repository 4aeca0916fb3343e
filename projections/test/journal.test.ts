import assert from "node:assert/strict";
import type { JournalEntryView, JournalWording, JsonObject, TradeView } from "@tradesage/contracts";
import { PATIENCE_MS } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { questions } from "../src/endpoints.ts";
import { compareWithReplay } from "../src/index.ts";
import { type Fact, type Installation, startInstallation } from "./installation.ts";

let installation: Installation;
let tenant: string;

const accountId = "main";
const opened = (symbol: string): Fact => ({
  type: "PositionOpened",
  data: {
    accountId,
    symbol,
    side: "buy",
    executionId: symbol.toLowerCase(),
    volume: "1",
    price: "1.1",
    margin: "0.00",
  },
});
const account: Fact[] = [
  {
    type: "AccountOpened",
    data: { accountId, name: "Main", currency: "USD", leverage: 100, mode: "netting", venue: "paper" },
  },
  opened("EURUSD"),
  opened("GBPUSD"),
];
const screenshots = [{ uri: "s3://charts/1.png", name: "One hour", mediaType: "image/png" }];
const written = (entryId: string, text: string, more: JsonObject = {}): Fact => ({
  type: "EntryWritten",
  data: { accountId, entryId, text, tags: [], screenshots: [], ...more },
});
const changed = (type: string, data: JsonObject): Fact => ({ type, data: { accountId, ...data } });
const journal: Fact[] = [
  written("first", "Bought the retest.", { tradeId: "1", tags: ["plan"], screenshots }),
  written("second", "Sold too early.", { tags: ["late"] }),
  written("third", "Nothing to do.", { tags: ["quiet", "breakout"], date: "2026-01-09" }),
  changed("EntryAmended", { entryId: "first", text: "Bought a little early.", tags: [] }),
  changed("EntryWithdrawn", { entryId: "second" }),
  changed("TradeTagged", { tradeId: "1", added: ["breakout", "early"], tags: ["breakout", "early"] }),
  changed("TradeUntagged", { tradeId: "1", removed: ["early"], tags: ["breakout"] }),
  changed("TradeTagged", { tradeId: "2", added: ["breakout"], tags: ["breakout"] }),
];
const LONG = 25;
const verbose: Fact[] = Array.from({ length: LONG }, (_, number) => ({
  type: number === 0 ? "EntryWritten" : "EntryAmended",
  data: {
    ...{ accountId: "verbose", entryId: "long", text: "漢".repeat(10_000 - number) },
    ...(number === 0 && { tags: [], screenshots: [] }),
  },
}));

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
  const runner = await installation.runner();
  await installation.append(tenant, "account-main", account);
  await installation.append(tenant, "account-verbose", [
    { type: "AccountOpened", data: { ...account[0]?.data, accountId: "verbose" } },
  ]);
  await installation.append(tenant, "journal-verbose", verbose);
  const last = await installation.append(tenant, "journal-main", journal);
  assert.ok(await runner.progress.reached(tenant, last, PATIENCE_MS));
});
afterAll(() => installation?.[Symbol.asyncDispose]());

async function ask<Answer>(name: string, data: JsonObject = {}): Promise<Answer> {
  const question = questions.find((one) => one.name === name);
  assert.ok(question);
  const { answer } = await question.ask({ accountId, ...data })(installation.database.postgres, tenant);
  return answer as Answer;
}
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}
const entries = async (asked: JsonObject = {}) => {
  const { items } = await ask<Page<JournalEntryView>>("journal", asked);
  return items.map(({ entryId }) => entryId);
};

test("a journal tells what stands in it, newest first", async () => {
  const { items } = await ask<Page<JournalEntryView>>("journal");
  assert.deepEqual(
    items.map(({ entryId, text, tags }) => [entryId, text, tags]),
    [
      ["third", "Nothing to do.", ["quiet", "breakout"]],
      ["first", "Bought a little early.", []],
    ],
  );
  assert.deepEqual(items[1]?.screenshots, screenshots);
  const first = await ask<Page<JournalEntryView>>("journal", { limit: 1 });
  const second = await ask<Page<JournalEntryView>>("journal", { limit: 1, cursor: first.next ?? "" });
  assert.deepEqual([...first.items, ...second.items], items);
  await assert.rejects(ask("journal", { accountId: "nobody" }), { code: "ACCOUNT_NOT_FOUND" });
});

test("a journal is asked by trade, by time, and by a tag of an entry or of its trade", async () => {
  assert.deepEqual(await entries({ tradeId: "1" }), ["first"]);
  assert.deepEqual(await entries({ tag: "quiet" }), ["third"]);
  assert.deepEqual(await entries({ tag: "breakout" }), ["third", "first"]);
  assert.deepEqual(await entries({ tag: "plan" }), []);
  const then = "2026-01-15T10:00:00Z";
  assert.deepEqual(await entries({ from: then, to: "2026-01-15T10:00:01Z" }), ["third", "first"]);
  assert.deepEqual(await entries({ to: then }), []);
});

test("an entry is about the day that it names, else about the one on which it was written", async () => {
  const { items } = await ask<Page<JournalEntryView>>("journal");
  assert.deepEqual(
    items.map(({ entryId, date }) => [entryId, date]),
    [
      ["third", "2026-01-09"],
      ["first", "2026-01-15"],
    ],
  );
  assert.deepEqual(await entries({ fromDate: "2026-01-09", toDate: "2026-01-10" }), ["third"]);
  assert.deepEqual(await entries({ fromDate: "2026-01-10" }), ["first"]);
  assert.deepEqual(await entries({ toDate: "2026-01-09" }), []);
  for (const [field, never] of Object.entries({
    from: "0000-01-01T00:00:00Z",
    fromDate: "0000-01-01",
    toDate: "2026-02-30",
  }))
    await assert.rejects(entries({ [field]: never }), { code: "INVALID_INPUT" });
});

test("the tags in use are told with how many trades and entries have each", async () => {
  const { items } = await ask<Page<object>>("journalTags");
  assert.deepEqual(items, [
    { tag: "breakout", trades: 2, entries: 1 },
    { tag: "quiet", trades: 0, entries: 1 },
  ]);
  const first = await ask<Page<object>>("journalTags", { limit: 1 });
  const second = await ask<Page<object>>("journalTags", { limit: 1, cursor: first.next ?? "" });
  assert.deepEqual([...first.items, ...second.items, second.next], [...items, undefined]);
  assert.deepEqual((await ask<Page<object>>("journalTags", { accountId: "verbose" })).items, []);
  await assert.rejects(ask("journalTags", { accountId: "nobody" }), { code: "ACCOUNT_NOT_FOUND" });
});

test("whatever entries say, an answer is never more than a message carries", async () => {
  const asked = { accountId: "verbose", entryId: "long", limit: 200 };
  const lengths: (number | undefined)[] = [];
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
    const page = await ask<Page<JournalWording>>("journalWordings", {
      ...asked,
      ...(cursor !== undefined && { cursor }),
    });
    assert.ok(Buffer.byteLength(JSON.stringify(page)) < 1_000_000);
    assert.ok(page.items.length > 0);
    lengths.push(...page.items.map(({ text }) => text?.length));
    cursor = page.next;
  }
  assert.deepEqual(
    lengths,
    Array.from({ length: LONG }, (_, number) => 10_000 - number),
  );
});

test("an entry keeps everything that it ever said, also when it was withdrawn", async () => {
  const amended = await ask<JournalEntryView>("journalEntry", { entryId: "first" });
  assert.equal(amended.tradeId, "1");
  assert.equal(amended.amendedBy, "test");
  const { items: wordings } = await ask<Page<JournalWording>>("journalWordings", { entryId: "first" });
  assert.deepEqual(
    wordings.map(({ text, tags, actor }) => [text, tags, actor]),
    [
      ["Bought the retest.", ["plan"], "test"],
      ["Bought a little early.", [], "test"],
    ],
  );
  assert.equal(wordings[1]?.screenshots, undefined);
  const withdrawn = await ask<JournalEntryView>("journalEntry", { entryId: "second" });
  assert.deepEqual([withdrawn.text, withdrawn.withdrawnBy], ["Sold too early.", "test"]);
  for (const question of ["journalEntry", "journalWordings"]) {
    await assert.rejects(ask(question, { entryId: "fourth" }), { code: "ENTRY_NOT_FOUND" });
    await assert.rejects(ask(question, { accountId: "nobody", entryId: "first" }), { code: "ACCOUNT_NOT_FOUND" });
  }
});

test("trades show their tags, and are found by them", async () => {
  const trades = async (asked: JsonObject = {}) => {
    const { items } = await ask<Page<TradeView>>("trades", asked);
    return items.map(({ tradeId, tags }) => [tradeId, tags]);
  };
  assert.deepEqual(await trades(), [
    ["2", ["breakout"]],
    ["1", ["breakout"]],
  ]);
  assert.deepEqual(await trades({ tag: "breakout" }), [
    ["2", ["breakout"]],
    ["1", ["breakout"]],
  ]);
  assert.deepEqual(await trades({ tag: "early" }), []);
});

test("a journal is what a replay gives", async () => {
  const { postgres } = installation.database;
  const { differences } = await compareWithReplay({ postgres, eventStore: installation.eventStore }, tenant);
  assert.deepEqual(differences, []);
});
