import { randomFillSync } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { openStorage } from "@tradesage/event-store/server/storage";
import { milliseconds, rate } from "../report.ts";
import { appends, reads } from "./loads.ts";
import { startStore } from "./server-process.ts";
import { PREFIX, type Sizes, someData } from "./sizes.ts";

const STREAMS = 1_000;
const TYPES = 20;
/** Events of one transaction, and how many of them a stream gets at a time. */
const GROUP = 2_000;
const RUN = 10;
/** What is read and appended of the large store, to see what memory that takes. */
const READ = 200_000;
const APPEND = { clients: 64, batch: 1, seconds: 5 } as const;

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

/** Builds a store of so many events in a folder, opens it with a server, uses it, and tells what that took. */
export async function measureLarge(folder: string, { count, bytes }: Sizes): Promise<string> {
  const data = join(folder, "large");
  const begin = performance.now();
  await build(data, { count, bytes });
  const built = (performance.now() - begin) / 1000;
  const server = await startStore(data);
  try {
    const opened = server.memory().now;
    const all = await reads.all(server.client, Math.min(READ, count));
    const filtered = await reads.filtered(server.client, Math.min(READ, count));
    const appended = await appends(server.client, { ...APPEND, bytes });
    return [
      `${rate(count)} events of ${bytes} bytes in ${rate(STREAMS)} streams: ${mebibytes(statSync(join(data, "events.sqlite")).size)}`,
      `built straight through the storage layer in ${Math.round(built)} s, ${rate(count / built)} events/s`,
      `from the start of the process until it served: ${milliseconds(server.startedIn)} ms`,
      `memory when it served: ${mebibytes(opened)}; at most, while used: ${mebibytes(server.memory().most)}`,
      `used: catch-up ${rate(all)}, filtered ${rate(filtered)}, appends 64 at once ${rate(appended)} events/s`,
    ].join("\n");
  } finally {
    await server.end();
  }
}

async function build(folder: string, { count, bytes }: Sizes): Promise<void> {
  const storage = openStorage(folder);
  const data = Buffer.from(JSON.stringify(someData(bytes)));
  const metadata = Buffer.from("{}");
  const newEvent = (number: number) => ({
    id: randomFillSync(new Uint8Array(16)),
    type: `Measured${number % TYPES}`,
    json: true,
    data,
    metadata,
  });
  let made = 0;
  const nextGroup = () => {
    const requests = [];
    for (let inGroup = 0; inGroup < GROUP && made < count; inGroup += RUN) {
      const stream = `${PREFIX}${(made / RUN) % STREAMS}`;
      const events = Array.from({ length: Math.min(RUN, count - made) }, () => newEvent(made++));
      requests.push({ kind: "append", stream, expected: "any", events } as const);
    }
    return requests;
  };
  while (made < count) {
    const failed = (await storage.write(nextGroup())).outcomes.find(({ kind }) => kind !== "written");
    if (failed) throw new Error(`the store took not all: ${JSON.stringify(failed)}`);
  }
  await storage.close();
}
