import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  connectEventStore,
  type EventStore,
  EventStoreUnavailable,
  type NewEvent,
  type RecordedEvent,
} from "../src/index.ts";

const main = join(import.meta.dirname, "../src/server/main.ts");
/** `EVENTSTORE_CRASH_ROUNDS=300` kills for as long as one likes; a few do in the suite. */
const ROUNDS = Number(process.env["EVENTSTORE_CRASH_ROUNDS"] ?? 12);
const WRITERS = 8;

let folder: string;
let server: ChildProcess;
let store: EventStore;
let port = 0;

/** Starts the server as its users do; the first time on any free port, then on the same one. */
async function start(): Promise<void> {
  const args = ["--disable-warning=ExperimentalWarning", main, "--port", String(port), "--data", folder];
  server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(server.stdout);
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  port = Number(/:(\d+)/.exec(line.toString())?.[1]);
}

async function kill(): Promise<void> {
  server.kill("SIGKILL");
  await once(server, "exit");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "event-store-"));
  await start();
  store = connectEventStore({ connectionString: `esdb://127.0.0.1:${port}?tls=false`, appendDeadlineMs: 15_000 });
});
afterAll(async () => {
  await store.close();
  await kill();
  await rm(folder, { recursive: true, force: true });
});

interface Acknowledged {
  readonly id: string;
  readonly revision: bigint;
}

/** One to four events that belong together: each says how many they are. */
function newBatch(): NewEvent[] {
  const [batch, size] = [randomUUID(), 1 + Math.floor(Math.random() * 4)];
  return Array.from({ length: size }, () => ({
    id: randomUUID(),
    type: "Written",
    data: { batch, size },
    metadata: {},
  }));
}

/** What is wrong with a history, seen by those who wrote it. */
function faultsIn(
  history: readonly RecordedEvent[],
  acknowledged: ReadonlyMap<string, readonly Acknowledged[]>,
): string[] {
  const faults: string[] = [];
  const streams = Map.groupBy(history, ({ stream }) => stream);
  for (const [stream, events] of streams)
    for (const [index, { revision }] of events.entries())
      if (revision !== BigInt(index)) faults.push(`${stream}: revision ${revision} stands at ${index}`);
  const batches = Map.groupBy(history, ({ data }) => (data as { batch: string }).batch);
  for (const [batch, events] of batches)
    if (events.some(({ data }) => (data as { size: number }).size !== events.length))
      faults.push(`batch ${batch} is not whole`);
  const ids = history.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) faults.push("an event is there twice");
  for (const [index, { position }] of history.entries())
    if (index > 0 && position <= (history[index - 1]?.position ?? 0n))
      faults.push(`position ${position} does not grow`);
  for (const [stream, told] of acknowledged)
    for (const { id, revision } of told)
      if (streams.get(stream)?.[Number(revision)]?.id !== id)
        faults.push(`${stream}: acknowledged ${revision} is not there`);
  return faults;
}

describe("an event store that is killed again and again under load", () => {
  const acknowledged = new Map<string, Acknowledged[]>();

  test(
    "loses nothing that it acknowledged, and a subscriber sees each event once",
    async () => {
      let ended = false;
      const write = async (writer: number) => {
        const stream = `crash-account-${writer}`;
        const told: Acknowledged[] = [];
        acknowledged.set(stream, told);
        let expected: bigint | "no_stream" = "no_stream";
        while (!ended) {
          const events = newBatch();
          for (let kept = false; !kept; ) {
            try {
              const { revision } = await store.append(stream, events, expected);
              const first = revision - BigInt(events.length - 1);
              told.push(...events.map(({ id }, index) => ({ id, revision: first + BigInt(index) })));
              expected = revision;
              kept = true;
            } catch (error) {
              if (!(error instanceof EventStoreUnavailable)) throw error;
            }
          }
        }
      };
      const seen: RecordedEvent[] = [];
      const stopped = new AbortController();
      const following = (async () => {
        const options = { after: "start", signal: stopped.signal, streamPrefixes: ["crash-"] } as const;
        for await (const delivery of store.subscribeToAll(options))
          if (delivery.kind === "event") seen.push(delivery.event);
      })();

      const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
      const total = () => [...acknowledged.values()].reduce((sum, told) => sum + told.length, 0);
      for (let round = 0; round < ROUNDS; round++) {
        const before = total();
        await until("the load runs", () => total() > before + 20 + Math.random() * 100);
        await kill();
        await start();
      }
      ended = true;
      await writing;

      const history = await Array.fromAsync(store.readAll({ streamPrefixes: ["crash-"] }));
      assert.deepEqual(faultsIn(history, acknowledged), []);
      assert.ok(history.length >= total());
      await until("all were told", () => seen.length >= history.length);
      stopped.abort();
      await following;
      assert.deepEqual(
        seen.map(({ id }) => id),
        history.map(({ id }) => id),
      );
    },
    120_000 + ROUNDS * 5_000,
  );

  test("would be caught if it lost, doubled or moved an event", async () => {
    const history = await Array.fromAsync(store.readAll({ streamPrefixes: ["crash-"] }));
    const without = (index: number) => history.filter((_, at) => at !== index);
    assert.notDeepEqual(faultsIn(without(history.length - 1), acknowledged), []);
    assert.notDeepEqual(faultsIn(without(3), acknowledged), []);
    assert.notDeepEqual(faultsIn([...history, history[0] as RecordedEvent], acknowledged), []);
    assert.notDeepEqual(faultsIn([...history].reverse(), acknowledged), []);
  });

  test("would be caught if an acknowledged event were not in its file after a crash", async () => {
    await kill();
    const file = new DatabaseSync(join(folder, "events.sqlite"));
    file.exec("DELETE FROM events WHERE position = (SELECT max(position) FROM events)");
    file.close();
    await start();
    const history = await Array.fromAsync(store.readAll({ streamPrefixes: ["crash-"] }));
    assert.notDeepEqual(faultsIn(history, acknowledged), []);
  });
});
