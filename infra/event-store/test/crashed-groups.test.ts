import {
  type EventStoreDBClient,
  NO_STREAM,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
} from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { expect, test } from "vitest";
import { connect, idsOf, newStream, someEvents } from "./rig.ts";
import { newFolder, startServerProcess } from "./server-process.ts";

// What a group owes its consumers when its server dies: each event, until one of them is done with it.

const ROUNDS = Number(process.env["EVENTSTORE_CRASH_ROUNDS"] ?? 3);
const GROUP = "workers";
const settings = persistentSubscriptionToStreamSettingsFromDefaults({
  startFrom: START,
  messageTimeout: 300,
  maxRetryCount: 1,
  checkPointAfter: 50,
  checkPointLowerBound: 3,
  checkPointUpperBound: 20,
});

const timeout = 30_000 + ROUNDS * 5_000;
test("a group whose server is killed again and again hands out each event until it is done with", {
  timeout,
}, async () => {
  const data = newFolder();
  let server = await startServerProcess(["--port", "0", "--data", data]);
  const { port, url } = server;
  const client = connect(url);
  const stream = newStream();
  await client.createPersistentSubscriptionToStream(stream, GROUP, settings);
  const done = new Set<string>();
  let over = false;
  const consuming = [1, 2].map(() => consume(client, stream, done, () => over));
  const appended: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = done.size;
    const appending = append(client, stream, 300, appended);
    await until("some of it is done with", () => done.size > before + 50);
    await server.end("SIGKILL");
    server = await startServerProcess(["--port", `${port}`, "--data", data]);
    await appending;
  }
  await until("all is done with", async () => {
    await client.replayParkedMessagesToStream(stream, GROUP).catch(() => {});
    return appended.every((id) => done.has(id));
  });
  over = true;
  await client.dispose();
  await Promise.all(consuming);
  expect(done.size).toBe(appended.length);
});

/** Appends so many events, ten at a time at exact revisions, however often the server is gone. */
async function append(client: EventStoreDBClient, stream: string, count: number, appended: string[]): Promise<void> {
  const end = appended.length + count;
  while (appended.length < end) {
    const events = someEvents(10);
    const expectedRevision = appended.length === 0 ? NO_STREAM : BigInt(appended.length - 1);
    await until("the server takes it", () =>
      client.appendToStream(stream, events, { expectedRevision, deadline: 5_000 }).then(
        () => true,
        () => false,
      ),
    );
    appended.push(...idsOf(events));
  }
}

/** At the first sight of an event it may park it or not answer at all; at the second it is done with it. */
async function consume(
  client: EventStoreDBClient,
  stream: string,
  done: Set<string>,
  over: () => boolean,
): Promise<void> {
  const seen = new Set<string>();
  while (!over()) {
    const subscription = client.subscribeToPersistentSubscriptionToStream(stream, GROUP, { bufferSize: 20 });
    try {
      for await (const resolved of subscription) {
        const id = resolved.event?.id ?? "";
        const mood = seen.has(id) ? "done" : ["park", "silent"][Number(resolved.event?.revision) % 8];
        seen.add(id);
        if (mood === "park") void subscription.nack("park", "a test", resolved).catch(() => {});
        else if (mood !== "silent") {
          done.add(id);
          void subscription.ack(resolved).catch(() => {});
        }
      }
    } catch {
      // The server is gone. It is tried again until it is back.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
