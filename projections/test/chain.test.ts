import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ChainRecord, chainStream, type EventMetadata } from "@tradesage/contracts";
import { type Finding, verifyStore } from "@tradesage/event-chain";
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
import { afterAll, beforeAll, test } from "vitest";
import { chainHeads } from "../src/audit/chain-heads.ts";
import { keepChain } from "../src/chain/keep-chain.ts";
import { followHistory } from "../src/follow-history.ts";

const [tenant, other] = ["acme", "other"];
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

async function chainedUpTo(position: bigint): Promise<void> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const { items } = await chainHeads(eventStore, { tenantId: tenant, limit: 1 });
    if (BigInt(items[0]?.upTo ?? 0) >= position) return;
    assert.ok(Date.now() < deadline, `the chain has not reached ${position} in time`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function* records(): AsyncGenerator<ChainRecord> {
  for await (const { data } of eventStore.readStream(chainStream(tenant))) yield ChainRecord.parse(data);
}

async function verify() {
  const verifying = verifyStore({
    pages: eventStore.readPages({ streamPrefixes: [`${tenant}-`] }),
    records: records(),
    isSigned: async ({ upTo, head, signature }) => {
      const signed = await verifier.verify(signature);
      return signed?.tenantId === tenant && signed.upTo === upTo && signed.head === head;
    },
  });
  const findings: Finding[] = [];
  for (;;) {
    const { done, value } = await verifying.next();
    if (done) return { findings, ...value };
    findings.push(value);
  }
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
