import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { pack } from "./pack.ts";
import { type PackedWritten, unpackWritten } from "./pack-written.ts";
import type { WriteRequest, Written } from "./requests.ts";

/** The writer in its thread. One group at a time. */
export interface WriterThread {
  /** Throws when the thread has died: then nothing is known of the group. */
  write(group: readonly WriteRequest[]): Promise<Written>;
  /** Comes true if the thread dies, with why. */
  readonly died: Promise<Error>;
  close(): Promise<void>;
}

export function startWriter(folder: string): WriterThread {
  const thread = new Worker(new URL("./writer-thread.ts", import.meta.url), {
    workerData: { folder },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let closing = false;
  let dead: Error | undefined;
  let waiting: PromiseWithResolvers<Written> | undefined;
  const died = new Promise<Error>((resolve) => {
    const die = (error: Error) => {
      dead ??= error;
      waiting?.reject(dead);
      resolve(dead);
    };
    thread.once("error", (error) => die(error as Error));
    thread.once("exit", () => closing || die(new Error("the writer's thread ended")));
  });
  thread.on("message", (written: PackedWritten) => waiting?.resolve(unpackWritten(written)));
  return {
    died,
    write(group) {
      if (dead) return Promise.reject(dead);
      waiting = Promise.withResolvers();
      const packed = pack(group);
      thread.postMessage(packed, [packed.bytes]);
      return waiting.promise;
    },
    async close() {
      closing = true;
      const ended = once(thread, "exit");
      thread.postMessage("close");
      await ended;
    },
  };
}
