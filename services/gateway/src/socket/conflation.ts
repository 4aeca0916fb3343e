import type { Connection } from "./connection.ts";

/** What waits for one client, the newest of each key: as many entries as there are keys, however slow he is. */
export interface Conflation {
  /** Sends now if the client keeps up; else keeps it in place of what waited under the same key. */
  offer(key: string, message: string): void;
  /** The client takes more: sends what waits, the longest waiting key first. */
  flush(): void;
  /** Drops what waits under keys that are not wanted any more. */
  keep(wanted: (key: string) => boolean): void;
}

export function createConflation(connection: Connection): Conflation {
  const waiting = new Map<string, string>();
  return {
    offer(key, message) {
      if (waiting.size === 0 && connection.isWritable()) connection.send(message);
      else waiting.set(key, message);
    },
    flush() {
      for (const [key, message] of waiting) {
        if (!connection.isWritable()) return;
        waiting.delete(key);
        connection.send(message);
      }
    },
    keep(wanted) {
      for (const key of waiting.keys()) if (!wanted(key)) waiting.delete(key);
    },
  };
}
