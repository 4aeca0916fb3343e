import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Sizes, someData } from "./sizes.ts";

/** The disk's limit: the same events into a bare table, in one process, without a network. */
export interface BareSqlite {
  /** Inserts for a while, `group` of them to a commit. Gives events/s. */
  insert(group: number, seconds: number): number;
  /** Reads `count` events, in pages. Gives events/s. */
  read(count: number): number;
  close(): void;
}

const PAGE = 400;

export function openBareSqlite(folder: string, { count, bytes }: Sizes): BareSqlite {
  const database = new DatabaseSync(join(folder, "bare.sqlite"));
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL,
      type INTEGER NOT NULL, created INTEGER NOT NULL, id BLOB NOT NULL, data BLOB NOT NULL, metadata BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  `);
  const put = database.prepare("INSERT INTO events VALUES (?, 1, ?, 1, ?, ?, ?, ?)");
  const page = database.prepare("SELECT * FROM events WHERE stream = 1 AND revision >= ? ORDER BY revision LIMIT ?");
  const data = Buffer.from(JSON.stringify(someData(bytes)));
  const metadata = Buffer.from("{}");
  let position = 0;

  function commit(group: number): void {
    database.exec("BEGIN IMMEDIATE");
    for (let index = 0; index < group; index++) {
      position++;
      put.run(position, position - 1, Date.now(), randomBytes(16), data, metadata);
    }
    database.exec("COMMIT");
  }
  while (position < count) commit(1_000);

  return {
    insert(group, seconds) {
      const [begin, before] = [performance.now(), position];
      while (performance.now() - begin < seconds * 1000) commit(group);
      return ((position - before) * 1000) / (performance.now() - begin);
    },
    read(events) {
      const begin = performance.now();
      for (let from = 0; from < events; ) from += page.all(from, PAGE).length;
      return (events * 1000) / (performance.now() - begin);
    },
    close: () => database.close(),
  };
}
