import { type AccountId, type LastEvent, type Moment, refuse, streams, type TenantId } from "@tradesage/contracts";
import { type EventStore, isAfter, type RecordedEvent } from "@tradesage/event-store";
import type { Projection } from "../projection.ts";
import { changesOf } from "../runner/fold.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface ReplayOptions {
  readonly tenant: TenantId;
  readonly projection: Projection;
  /** Only this account's part of it. */
  readonly accountId?: AccountId | undefined;
  readonly at?: Moment | undefined;
  readonly since?: Moment | undefined;
  readonly withinMs: number;
}

/** A read model at a moment. */
export interface ModelAt {
  readonly last: LastEvent | undefined;
  /** By the values of the primary key. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Of each row that an event touched after `since`: what it was then; `undefined` where it was not there. */
  readonly before: ReadonlyMap<string, Row | undefined>;
}

const BATCH = 1000;
/** Rows are held in memory while they are folded. */
const MOST_ROWS = 250_000;

/**
 * Folds a read model from the history alone, up to a moment: nothing of what Postgres has is asked.
 * @throws Refused HISTORY_TOO_LONG when it takes longer than `withinMs`, or too many rows; EventStoreUnavailable.
 */
export async function replayModel(eventStore: Pick<EventStore, "readAll">, options: ReplayOptions): Promise<ModelAt> {
  const { tenant, projection, accountId, at, since, withinMs } = options;
  const end = performance.now() + withinMs;
  const columns = Object.keys(projection.key);
  const keyOf = (row: Row) => columns.map((column) => encodeURIComponent(String(row[column]))).join("/");
  const stream = accountId === undefined ? undefined : streams.account(tenant, accountId);
  const rows = new Map<string, Row>();
  const before = new Map<string, Row | undefined>();
  let last: LastEvent | undefined;
  let isCompared = false;
  let batch: RecordedEvent[] = [];

  function change(key: string, row: Row | undefined): void {
    if (isCompared && !before.has(key)) before.set(key, rows.get(key));
    if (row) rows.set(key, row);
    else rows.delete(key);
  }

  function foldBatch(): void {
    const changes = changesOf(projection, batch);
    const read = changes.toRead.map((key) => rows.get(keyOf(key))).filter((row) => row !== undefined);
    const { put, removed } = changes.apply(read);
    for (const row of put) change(keyOf(row), row);
    for (const key of removed) change(keyOf(key), undefined);
    batch = [];
    if (performance.now() > end || rows.size + before.size > MOST_ROWS)
      refuse("HISTORY_TOO_LONG", undefined, { reached: last?.position });
  }

  for await (const event of eventStore.readAll({ streamPrefixes: [stream ?? `${tenant}-${projection.aggregate}-`] })) {
    // A prefix of one account's stream is also that of others: `main` of `main-2`.
    if (stream !== undefined && event.stream !== stream) continue;
    if (at !== undefined && isAfter(event, at)) break;
    if (!isCompared && since !== undefined && isAfter(event, since)) {
      foldBatch();
      isCompared = true;
    }
    batch.push(event);
    last = { position: String(event.position), recordedAt: event.at.toISOString() };
    if (batch.length === BATCH) foldBatch();
  }
  foldBatch();
  return { last, rows, before };
}
