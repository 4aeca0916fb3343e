import { existsSync, readFileSync } from "node:fs";
import { binaryEvent } from "@eventstore/db-client";
import { until } from "@tradesage/until";
import { expect, test } from "vitest";
import { connect, idsOf, newStream, receivedIds } from "./rig.ts";
import { newFolder, type ServerProcess, startServerProcess } from "./server-process.ts";

const EVENT_BYTES = 900_000;
const EVENTS = 140;
/** What the server takes without the events is far below, with all of them in memory it is far above. */
const MOST_BYTES = 340_000_000;

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
const statusOf = ({ process: { pid } }: ServerProcess) => `/proc/${pid}/status`;
const mostMemory = (server: ServerProcess) =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(statusOf(server), "utf8"))?.[1]) * 1024;

test.skipIf(!existsSync("/proc/self/status"))(
  "a subscriber that does not read costs the server no memory, and gets everything once it does",
  async () => {
    const server = await startServerProcess(["--port", "0", "--data", newFolder()]);
    const client = connect(server.url);
    const stream = newStream();
    let live = false;
    const subscription = client.subscribeToStream(stream).on("caughtUp", () => {
      live = true;
    });
    subscription.on("error", () => {}).resume();
    await until("it is live", () => live);
    subscription.pause();

    const events = Array.from({ length: EVENTS }, (_, number) =>
      binaryEvent({ type: "Large", data: Buffer.alloc(EVENT_BYTES, number) }),
    );
    for (const event of events) await client.appendToStream(stream, event);
    expect(mostMemory(server)).toBeLessThan(MOST_BYTES);

    const seen: (string | undefined)[] = [];
    subscription.on("data", (resolved) => seen.push(...receivedIds([resolved]))).resume();
    await until("it has all", () => seen.length === EVENTS);
    expect(seen).toEqual(idsOf(events));
    expect(mostMemory(server)).toBeLessThan(MOST_BYTES);
    await subscription.unsubscribe();
  },
);
