import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { createCatalogue, type StreamState } from "./catalogue.ts";
import { statements } from "./database.ts";
import {
  categoryOf,
  isMetastream,
  MAX_REVISION,
  metastreamOf,
  type ProposedEvent,
  type StoredEvent,
  subjectOf,
} from "./event.ts";
import { withTruncateBefore } from "./limits.ts";
import { createRecentIds } from "./recent-ids.ts";
import type { Expected, WriteOutcome, WriteRequest, Written } from "./requests.ts";

export interface Writer {
  /** Decides and writes a group of requests, in order, in one transaction with one sync. */
  write(group: readonly WriteRequest[]): Written;
}

const nothing = new Uint8Array(1).subarray(1);
/** node:sqlite takes an empty array without memory behind it for NULL. */
const blob = (bytes: Uint8Array): Uint8Array => (bytes.length === 0 ? nothing : bytes);

/** The one place where events are written. Synchronous: what it returns is on the disk. */
export function createWriter(database: DatabaseSync): Writer {
  const prepare = statements(database);
  const catalogue = createCatalogue(prepare);
  const recent = createRecentIds(database);
  const insert = prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const newest = prepare("SELECT coalesce(max(position), 0) AS last FROM events");
  type KnownStream = ReturnType<typeof catalogue.stream>;
  let position = (newest.get() as { last: bigint }).last;
  /** Those of the transaction that is open. */
  let events: StoredEvent[] = [];

  function write(group: readonly WriteRequest[]): Written {
    try {
      return transaction(group);
    } catch (error) {
      if (group.length === 1) return { outcomes: [failed(error as Error)], events: [] };
      // One request that the disk will not take must not fail those that came with it.
      const each = group.map((request) => write([request]));
      return { outcomes: each.flatMap((one) => one.outcomes), events: each.flatMap((one) => one.events) };
    }
  }

  function transaction(group: readonly WriteRequest[]): Written {
    const before = position;
    events = [];
    try {
      database.exec("BEGIN IMMEDIATE");
      const created = Date.now();
      const outcomes = group.map((request) => apply(request, created));
      database.exec("COMMIT");
      recent.committed();
      return { outcomes, events };
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      position = before;
      catalogue.forgetAll();
      recent.undone();
      throw error;
    }
  }

  function apply(request: WriteRequest, created: number): WriteOutcome {
    const { stream } = request;
    const known = catalogue.stream(stream);
    if (known.tombstoned || (isMetastream(stream) && catalogue.stream(subjectOf(stream)).tombstoned))
      return { kind: "stream-deleted" };
    switch (request.kind) {
      case "append":
        return append(request.stream, request.events, request.expected, created);
      case "delete": {
        if (!meets(stream, request.expected, known)) return { kind: "wrong-revision", actual: known.last };
        // What never was, neither event nor metadata, cannot be deleted, whatever is expected of it.
        if (!exists(stream, known) && !known.softDeleted) return { kind: "wrong-revision", actual: known.last };
        if (!known.softDeleted) setTruncateBefore(stream, MAX_REVISION, created);
        return { kind: "written", revision: known.last, position };
      }
      case "tombstone": {
        if (!meets(stream, request.expected, known)) return { kind: "wrong-revision", actual: known.last };
        const state = catalogue.openStream(stream);
        state.last = MAX_REVISION - 1n;
        put(state, serverEvent("$streamDeleted", nothing), created, undefined);
        return { kind: "written", revision: MAX_REVISION, position };
      }
    }
  }

  /** Metadata make a stream as events do. */
  const exists = (stream: string, { last, softDeleted }: KnownStream) =>
    !softDeleted && (last >= 0n || catalogue.metadataOf(stream) !== undefined);

  const meets = (stream: string, expected: Expected, known: KnownStream) =>
    expected === "any" ||
    (expected === "exists" ? exists(stream, known) : expected === known.last || (expected < 0n && known.softDeleted));

  function append(stream: string, events: readonly ProposedEvent[], expected: Expected, created: number): WriteOutcome {
    const known = catalogue.stream(stream);
    const [first] = events;
    const repeated = first && repeatOf(stream, events, first, expected, known);
    if (repeated) return repeated;
    if (!meets(stream, expected, known)) return { kind: "wrong-revision", actual: known.last };
    if (!first) return { kind: "written", revision: known.last, position };
    const state = catalogue.openStream(stream);
    const category = categoryOf(stream);
    for (const event of events) put(state, event, created, category);
    const outcome = { kind: "written", revision: state.last, position } as const;
    // Writing to a soft-deleted stream brings it back; its old events stay hidden.
    if (known.softDeleted) setTruncateBefore(stream, known.last + 1n, created);
    if (isMetastream(stream)) catalogue.forgetStream(subjectOf(stream));
    return outcome;
  }

  /** An append that was made before: all of its events lie in the stream in a row. It answers as it did then. */
  function repeatOf(
    stream: string,
    events: readonly ProposedEvent[],
    first: ProposedEvent,
    expected: Expected,
    { last, limits }: KnownStream,
  ): WriteOutcome | undefined {
    if (last < 0n) return undefined;
    const { number } = catalogue.openStream(stream);
    const begin =
      typeof expected !== "bigint"
        ? recent.revisionOf(number, first.id)
        : expected >= last
          ? undefined
          : expected < 0n && limits.truncateBefore < MAX_REVISION
            ? limits.truncateBefore
            : expected + 1n;
    if (begin === undefined) return undefined;
    const there = prepare(
      "SELECT id, revision, position FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?",
    ).all(number, begin, events.length) as unknown as { id: Uint8Array; revision: bigint; position: bigint }[];
    if (there[0] === undefined || Buffer.compare(there[0].id, first.id) !== 0) return undefined;
    const end = there.at(-1);
    if (
      end &&
      there.length === events.length &&
      there.every(({ id }, at) => Buffer.compare(id, events[at]?.id ?? id) === 0)
    )
      return { kind: "written", revision: end.revision, position: end.position };
    return { kind: "wrong-revision", actual: last };
  }

  function put(state: StreamState, event: ProposedEvent, created: number, category: string | undefined): void {
    const type = catalogue.series("type", event.type);
    const inCategory = category === undefined ? undefined : catalogue.series("category", category);
    insert.run(
      position + 1n,
      state.number,
      state.last + 1n,
      inCategory?.number ?? null,
      inCategory?.next ?? null,
      type.number,
      type.next,
      created,
      event.json ? 1 : 0,
      event.id,
      blob(event.data),
      blob(event.metadata),
    );
    position += 1n;
    state.last += 1n;
    events.push({
      ...event,
      position,
      stream: state.name,
      streamNumber: state.number,
      revision: state.last,
      categoryRevision: inCategory?.next ?? null,
      typeRevision: type.next,
      created: BigInt(created),
      json: event.json ? 1n : 0n,
    });
    type.next += 1n;
    if (inCategory) inCategory.next += 1n;
    recent.remember(state.number, event.id, state.last);
  }

  function setTruncateBefore(stream: string, revision: bigint, created: number): void {
    const metadata = withTruncateBefore(catalogue.metadataOf(stream), revision);
    const metastream = metastreamOf(stream);
    put(catalogue.openStream(metastream), serverEvent("$metadata", metadata), created, undefined);
    catalogue.forgetStream(stream);
  }

  return { write };
}

const serverEvent = (type: string, data: Uint8Array): ProposedEvent => ({
  id: randomBytes(16),
  type,
  json: true,
  data,
  metadata: nothing,
});

const failed = (error: Error): WriteOutcome => ({ kind: "failed", message: error.message });
