import type { ChainRecord } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { CHAIN_START, chainedOf, headOf } from "./chain.ts";
import { type Finding, finding } from "./finding.ts";
import { canonicalHeadOf, recordedDigestOf } from "./older-forms.ts";

export interface VerifyStoreOptions {
  /** The tenant's events, in order; those of its backups are passed over. */
  readonly pages: AsyncIterable<readonly KeptEvent[]>;
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
  pages,
  records,
  isSigned,
  known = new Map(),
}: VerifyStoreOptions): AsyncGenerator<Finding, Verified> {
  const take = takeUpTo(chainedOf(pages));
  const revisions = new Map<string, bigint>();
  const unseen = new Map(known);
  let [head, reached, chained, unchained] = [CHAIN_START, "0", 0, 0];

  for await (const record of records) {
    const there = new Map<string, KeptEvent>();
    for await (const event of take(BigInt(record.upTo))) there.set(String(event.position), event);
    const findings = [...compare(record, there)];
    yield* findings;
    const isLinked = record.after === reached && isHeadOf(record, head, [...there.values()], findings.length === 0);
    const isKnown = (known.get(record.upTo) ?? record.head) === record.head;
    if (!(isLinked && isKnown && (await isSigned(record))))
      yield { where: "store", kind: "record", position: record.upTo };
    for (const [, stream, revision] of record.events) revisions.set(stream, BigInt(revision));
    chained += record.events.length;
    unseen.delete(record.upTo);
    ({ head, upTo: reached } = record);
  }
  for (const position of unseen.keys()) yield { where: "store", kind: "record", position };

  for await (const event of take(undefined)) {
    const { stream, revision, position } = event;
    const expected = (revisions.get(stream) ?? -1n) + 1n;
    if (revision > expected) yield finding("store", "missing", { position, stream, revision: expected });
    if (revision < expected) yield finding("store", "inserted", event);
    revisions.set(stream, revision);
    unchained++;
  }
  return { chained, unchained };
}

function* compare({ form, events }: ChainRecord, there: ReadonlyMap<string, KeptEvent>): Generator<Finding> {
  const listed = new Set<string>();
  for (const [position, stream, revision, digest] of events) {
    listed.add(position);
    const event = there.get(position);
    if (!event) yield finding("store", "missing", { position, stream, revision });
    else if (recordedDigestOf(form, event) !== digest)
      yield finding("store", "changed", { position, stream, revision, type: event.type });
  }
  for (const [position, event] of there) if (!listed.has(position)) yield finding("store", "inserted", event);
}

/** Whether a record's head is the link of its last event. The canonical one is of the events themselves: they must be as they were. */
function isHeadOf(record: ChainRecord, previous: string, there: readonly KeptEvent[], areTheSame: boolean): boolean {
  if (record.form === "bytes") return headOf(previous, record.events) === record.head;
  return !areTheSame || canonicalHeadOf(previous, there) === record.head;
}

/** Gives the events up to and with a position, or all that are left; each once. */
function takeUpTo(events: AsyncIterator<KeptEvent>) {
  let next: IteratorResult<KeptEvent> | undefined;
  return async function* take(position: bigint | undefined): AsyncGenerator<KeptEvent> {
    for (next ??= await events.next(); !next.done; next = await events.next()) {
      if (position !== undefined && next.value.position > position) return;
      yield next.value;
    }
  };
}
