import assert from "node:assert/strict";
import { hash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ChainRecord, canonicalJson, chainStream, type EventMetadata, type JsonObject } from "@tradesage/contracts";
import { CHAIN_START, collect, createLineWriter, type Finding, isChained, verifyStore } from "@tradesage/event-chain";
import { connectEventStore, type EventStore } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { createTestDatabase, type TestDatabase } from "@tradesage/postgres/test-support";
import {
  createSigningKeys,
  type HeadSigner,
  type HeadVerifier,
  loadHeadSigner,
  loadHeadVerifier,
} from "@tradesage/secrets";
import { startTelemetry } from "@tradesage/telemetry";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { chainHeads } from "../src/audit/chain-heads.ts";
import { keepChain } from "../src/chain/keep-chain.ts";
import { followHistory } from "../src/follow-history.ts";

const [tenant, other, elder] = ["acme", "other", "elder"];
const { logger } = startTelemetry({ service: "chain-test", logLevel: "silent" });
let folder: string;
let database: TestDatabase;
let server: Awaited<ReturnType<typeof startEventStoreServer>>;
let eventStore: EventStore;
let signer: HeadSigner;
let verifier: HeadVerifier;
const keepers: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chain-"));
  database = await createTestDatabase();
  server = await startEventStoreServer({ port: 0, dataDir: join(folder, "data") });
  eventStore = connectEventStore({ connectionString: server.connectionString });
  await createSigningKeys(join(folder, "keys"));
  signer = await loadHeadSigner(join(folder, "keys"));
  verifier = await loadHeadVerifier(join(folder, "keys"));
});
afterAll(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  await eventStore.close();
  await server.close();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function append(of: string, account: string, count: number): Promise<bigint> {
  const stream = `${of}-account-${account}`;
  const metadata: EventMetadata = {
    ...{ tenant: of, actor: "ann", command: randomUUID(), digest: "", correlation: "c" },
    ...{ at: "2026-01-15T10:00:00.000Z", schema: 1 },
  };
  let expected: bigint | "no_stream" = "no_stream";
  for await (const { revision } of eventStore.readStream(stream)) expected = revision;
  const events = Array.from({ length: count }, (_, index) => ({
    ...{ id: randomUUID(), type: "FundsDeposited", data: { amount: String(index) }, metadata },
  }));
  return (await eventStore.append(stream, events, expected)).position;
}

/** Follows what happens from now on, as a process whose read models are up to date. */
async function keep() {
  const after = await eventStore.head();
  const chain = await keepChain({ eventStore, postgres: database.postgres, signer, logger, afterMs: 0 });
  const following = followHistory({ eventStore, after, followers: [chain] });
  const keeper = {
    async stop() {
      await following.stop();
      await chain.stop();
    },
  };
  keepers.push(keeper);
  return keeper;
}

async function chainedUpTo(position: bigint, of = tenant): Promise<void> {
  await until(`the chain reaches ${position}`, async () => {
    const { items } = await chainHeads(eventStore, { tenantId: of, limit: 1 });
    return BigInt(items[0]?.upTo ?? 0) >= position;
  });
}

async function* records(of: string): AsyncGenerator<ChainRecord> {
  for await (const { data } of eventStore.readStream(chainStream(of))) yield ChainRecord.parse(data);
}

const pages = (of: string) => eventStore.readPages({ streamPrefixes: [`${of}-`] });

async function verify(of = tenant) {
  const isSigned = async ({ upTo, head, signature }: ChainRecord) => {
    const signed = await verifier.verify(signature);
    return signed?.tenantId === of && signed.upTo === upTo && signed.head === head;
  };
  const findings: Finding[] = [];
  const verified = await collect(verifyStore({ pages: pages(of), records: records(of), isSigned }), findings);
  return { findings, ...verified };
}

test("what happens is chained and signed, over restarts, by several at once, each event once", async () => {
  const first = await keep();
  await chainedUpTo(await append(tenant, "main", 3));
  await first.stop();
  await append(tenant, "main", 1200);
  await append(other, "main", 2);
  await Promise.all([keep(), keep()]);
  const position = await append(tenant, "second", 5);
  await chainedUpTo(position);
  assert.deepEqual(await verify(), { findings: [], chained: 1208, unchained: 0 });
  const { items } = await chainHeads(eventStore, { tenantId: tenant, limit: 1 });
  assert.deepEqual(await verifier.verify(items[0]?.signature ?? ""), {
    ...{ tenantId: tenant, upTo: String(position), head: items[0]?.head },
  });
});

test("a signed head is the link that a segment of a backup has at its position", async () => {
  const lines = createLineWriter(CHAIN_START);
  const links = new Map<string, string>();
  for await (const page of pages(tenant))
    for (const event of page.filter(({ stream }) => isChained(stream))) {
      lines.write([event]);
      links.set(String(event.position), lines.head());
    }
  const { items } = await chainHeads(eventStore, { tenantId: tenant, limit: 50 });
  assert.ok(items.length >= 4);
  for (const { upTo, head } of items) assert.equal(head, links.get(upTo));
});

/** What releases recorded that linked the members of events in the order of their names. */
async function recordInOlderForm(of: string): Promise<void> {
  let [head, upTo] = [CHAIN_START, "0"];
  const events: JsonObject[string][] = [];
  for await (const { position, stream, revision, id, type, at, data, metadata } of eventStore.readAll({
    streamPrefixes: [`${of}-`],
  })) {
    upTo = String(position);
    const place = { position: upTo, stream, revision: String(revision), id, type, at: at.toISOString() };
    const text = canonicalJson({ ...place, data: data as JsonObject, metadata: metadata as JsonObject });
    head = hash("sha256", head + text);
    events.push([upTo, stream, place.revision, hash("sha256", text).slice(0, 32)]);
  }
  const signature = await signer.sign({ tenantId: of, upTo, head });
  const record = { id: randomUUID(), type: "ChainExtended", data: { after: "0", upTo, head, events, signature } };
  await eventStore.append(chainStream(of), [{ ...record, metadata: {} }], "no_stream");
}

test("a chain that was begun in an older form goes on from its head, and proves all of its history", async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.stop()));
  await append(elder, "main", 3);
  await recordInOlderForm(elder);
  const position = await append(elder, "main", 2);
  await keep();
  await chainedUpTo(position, elder);
  assert.deepEqual(await verify(elder), { findings: [], chained: 5, unchained: 0 });
  const forms = (await Array.fromAsync(records(elder))).map(({ form, events }) => [form, events.length]);
  assert.deepEqual(forms[0], ["canonical", 3]);
  assert.ok(forms.slice(1).every(([form]) => form === "bytes"));
  for (const revision of [1, 4]) {
    const where = `stream = ${streamNumber("elder-account-main")} and revision = ${revision}`;
    tamper(`update events set data = cast('{"amount":"9"}' as blob) where ${where}`);
  }
  const { findings } = await verify(elder);
  assert.deepEqual(
    findings.map(({ kind, revision }) => `${kind} ${revision}`),
    ["changed 1", "changed 4"],
  );
});

test("heads come in pages, newest first, and are of that tenant alone", async () => {
  const all = await chainHeads(eventStore, { tenantId: tenant, limit: 50 });
  assert.ok(all.items.length >= 4);
  const upTo: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await chainHeads(eventStore, { tenantId: tenant, limit: 1, ...(cursor !== undefined && { cursor }) });
    upTo.push(...page.items.map((head) => head.upTo));
    cursor = page.next;
  }
  assert.deepEqual(
    upTo,
    all.items.map((head) => head.upTo),
  );
  assert.deepEqual(await chainHeads(eventStore, { tenantId: "nobody", limit: 50 }), { items: [] });
});

/** Writes to the store's own file, behind its back; gives back what undoes it. */
function tamper(sql: string): void {
  const file = new DatabaseSync(join(folder, "data", "events.sqlite"), { timeout: 5000 });
  file.exec(sql);
  file.close();
}
const streamNumber = (name: string) => `(select number from streams where name = '${name}')`;

test("an event that somebody has changed, deleted or inserted in the store's file is found and named", async () => {
  const main = `stream = ${streamNumber("acme-account-main")}`;
  const [changed] = await Array.fromAsync(eventStore.readStream("acme-account-main", { from: 7n, limit: 1 }));
  const [deleted] = await Array.fromAsync(eventStore.readStream("acme-account-main", { from: 9n, limit: 1 }));
  const [moved] = await Array.fromAsync(eventStore.readStream("other-account-main", { from: 1n, limit: 1 }));
  tamper(`update events set data = cast('{"amount":"1000000"}' as blob) where ${main} and revision = 7`);
  tamper(`delete from events where ${main} and revision = 9`);
  tamper(
    `update events set stream = ${streamNumber("acme-account-second")}, revision = 77 where position = ${moved?.position}`,
  );
  const { findings } = await verify();
  const told = { where: "store", stream: "acme-account-main" };
  const type = "FundsDeposited";
  assert.deepEqual(
    findings.toSorted((one, two) => (one.kind < two.kind ? -1 : 1)),
    [
      { ...told, kind: "changed", position: String(changed?.position), revision: "7", type },
      {
        where: "store",
        kind: "inserted",
        position: String(moved?.position),
        stream: "acme-account-second",
        revision: "77",
        type,
      },
      { ...told, kind: "missing", position: String(deleted?.position), revision: "9" },
    ],
  );
});
