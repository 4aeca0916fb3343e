import type { ChainRecord } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { CHAIN_START, digestOf, isChained, linkOf, type ToldEvent, toldOf } from "./chained-event.ts";
import { type Finding, finding } from "./finding.ts";

export interface VerifyStoreOptions {
  /** The tenant's events, in order; those of its backups are passed over. */
  readonly events: AsyncIterable<RecordedEvent>;
  /** What was recorded of its chain, in order. */
  readonly records: AsyncIterable<ChainRecord>;
  /** Whether a record bears our signature. */
  readonly isSigned: (record: ChainRecord) => Promise<boolean>;
  /** Heads that somebody has kept elsewhere, by their positions: the chain must still go through them. */
  readonly known?: ReadonlyMap<string, string>;
}

/** How much was looked at: events that the records tell of, and later ones, of which only the revisions tell. */
export interface Verified {
  readonly chained: number;
  readonly unchained: number;
}

/**
 * Finds what was changed, deleted or added in a tenant's history since it was chained, by the records of its chain: their
 * signed heads, and the place and digest of each event.
 */
export async function* verifyStore({
  events,
  records,
  isSigned,
  known = new Map(),
}: VerifyStoreOptions): AsyncGenerator<Finding, Verified> {
  const take = takeUpTo(events);
  const revisions = new Map<string, bigint>();
  const unseen = new Map(known);
  let [head, reached, chained, unchained] = [CHAIN_START, "0", 0, 0];

  for await (const record of records) {
    const there = new Map<string, ToldEvent>();
    for await (const told of take(BigInt(record.upTo))) there.set(told.position, told);
    const findings = [...compare(record, there)];
    yield* findings;
    const isLinked =
      record.after === reached && (findings.length > 0 || [...there.values()].reduce(linkOf, head) === record.head);
    const isKnown = (known.get(record.upTo) ?? record.head) === record.head;
    if (!(isLinked && isKnown && (await isSigned(record))))
      yield { where: "store", kind: "record", position: record.upTo };
    for (const [, stream, revision] of record.events) revisions.set(stream, BigInt(revision));
    chained += record.events.length;
    unseen.delete(record.upTo);
    ({ head, upTo: reached } = record);
  }
  for (const position of unseen.keys()) yield { where: "store", kind: "record", position };

  for await (const told of take(undefined)) {
    const { stream, position } = told;
    const revision = BigInt(told.revision);
    const expected = (revisions.get(stream) ?? -1n) + 1n;
    if (revision > expected) yield finding("store", "missing", { position, stream, revision: String(expected) });
    if (revision < expected) yield finding("store", "inserted", told);
    revisions.set(stream, revision);
    unchained++;
  }
  return { chained, unchained };
}

function* compare({ events }: ChainRecord, there: ReadonlyMap<string, ToldEvent>): Generator<Finding> {
  const listed = new Set<string>();
  for (const [position, stream, revision, digest] of events) {
    listed.add(position);
    const told = there.get(position);
    if (!told) yield finding("store", "missing", { position, stream, revision });
    else if (digestOf(told) !== digest)
      yield finding("store", "changed", { position, stream, revision, type: told.type });
  }
  for (const told of there.values()) if (!listed.has(told.position)) yield finding("store", "inserted", told);
}

/** Gives the chained events up to and with a position, or all that are left; each once. */
function takeUpTo(events: AsyncIterable<RecordedEvent>) {
  const source = events[Symbol.asyncIterator]();
  let next: IteratorResult<RecordedEvent> | undefined;
  return async function* take(position: bigint | undefined): AsyncGenerator<ToldEvent> {
    for (next ??= await source.next(); !next.done; next = await source.next()) {
      if (position !== undefined && next.value.position > position) return;
      if (isChained(next.value.stream)) yield toldOf(next.value);
    }
  };
}
