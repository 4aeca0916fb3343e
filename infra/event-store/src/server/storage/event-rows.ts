import type { StatementSync } from "node:sqlite";
import type { StoredEvent } from "./event.ts";

/**
 * What is read of an event. Its bytes come as one value, for each value of bytes costs as much as all numbers do; the
 * names of its stream and type are known by their numbers.
 */
export const columns =
  "position, events.stream, revision, category_revision, type_revision, events.type, created, json, length(metadata), CAST(id || metadata || data AS BLOB)";

type Row = readonly [
  ...[position: bigint, stream: bigint, revision: bigint, categoryRevision: bigint | null, typeRevision: bigint],
  ...[type: bigint, created: bigint, json: bigint, metadataLength: bigint, bytes: Uint8Array],
];

const ID_BYTES = 16;
/** A page ends when its events carry so much: large events must not fill the memory. */
const PAGE_BYTES = 1024 * 1024;
/** Names that are remembered; beyond them all are forgotten and read again. */
const KEPT = 50_000;

/** Takes the events that a statement over `columns` gives: all, or fewer if they are large; at least one, if there is one. */
export function createEventRows(prepare: (sql: string) => StatementSync) {
  const streamOf = remembered(prepare("SELECT name FROM streams WHERE number = ?"));
  const typeOf = remembered(prepare("SELECT name FROM types WHERE number = ?"));

  function eventOf(row: Row): StoredEvent {
    const bytes = row[9];
    const metadataEnd = ID_BYTES + Number(row[8]);
    return {
      position: row[0],
      stream: streamOf(row[1]),
      streamNumber: row[1],
      revision: row[2],
      categoryRevision: row[3],
      typeRevision: row[4],
      id: bytes.subarray(0, ID_BYTES),
      type: typeOf(row[5]),
      created: row[6],
      json: row[7],
      data: bytes.subarray(metadataEnd),
      metadata: bytes.subarray(ID_BYTES, metadataEnd),
    };
  }

  return (statement: StatementSync, ...values: (bigint | number | string)[]): StoredEvent[] => {
    const events: StoredEvent[] = [];
    let bytes = 0;
    // Rows as arrays cost half of what objects do, and a history is all rows.
    statement.setReturnArrays(true);
    for (const row of statement.iterate(...values)) {
      const event = eventOf(row as unknown as Row);
      events.push(event);
      bytes += event.data.length + event.metadata.length;
      if (bytes >= PAGE_BYTES) break;
    }
    return events;
  };
}

/** The name of a number, which never changes. */
function remembered(read: StatementSync): (number: bigint) => string {
  const names = new Map<bigint, string>();
  return (number) => {
    let name = names.get(number);
    if (name === undefined) {
      ({ name } = read.get(number) as { name: string });
      if (names.size >= KEPT) names.clear();
      names.set(number, name);
    }
    return name;
  };
}
