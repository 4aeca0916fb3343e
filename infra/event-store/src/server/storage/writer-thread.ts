import { parentPort, workerData } from "node:worker_threads";
import { openForWriting } from "./database.ts";
import { type PackedGroup, unpack } from "./pack.ts";
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
  // The bytes that came go back: the events that they became are told to who follows, without being read again.
  parentPort?.postMessage(writer.write(unpack(message)), [message.bytes]);
});
