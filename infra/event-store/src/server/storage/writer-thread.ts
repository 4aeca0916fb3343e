import { parentPort, workerData } from "node:worker_threads";
import { openForWriting } from "./database.ts";
import { type PackedGroup, unpack } from "./pack.ts";
import { packWritten } from "./pack-written.ts";
import { createWriter } from "./writer.ts";

// Runs in a thread of its own: SQLite waits for the disk, and the network must not wait with it.
const database = openForWriting((workerData as { folder: string }).folder);
const writer = createWriter(database);

parentPort?.on("message", (message: PackedGroup | "close") => {
  if (message === "close") {
    database.close();
    parentPort?.close();
    return;
  }
  const written = packWritten(writer.write(unpack(message)));
  parentPort?.postMessage(written, [written.numbers.buffer, written.bytes]);
});
