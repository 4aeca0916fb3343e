import type { RecordedEvent } from "@tradesage/event-store";
import { PostgresUnavailable, TenantNotProvisioned } from "@tradesage/postgres";
import { elapsed } from "./elapsed.ts";
import { ModelBehind } from "./model-behind.ts";

export interface LaneOptions {
  /** Writes a batch, and the checkpoint, in one transaction. Of the lane nothing lies between `after` and the batch. */
  readonly write: (events: readonly RecordedEvent[], after: bigint) => Promise<void>;
  /** Reads the events of this lane after a position, from the event store. */
  readonly readAfter: (position: bigint) => AsyncIterable<RecordedEvent>;
  readonly signal: AbortSignal;
  /** Whether somebody waits for what the lane writes: then it does not wait for more of it. */
  readonly isAwaited: () => boolean;
  /** Called after each change of `position`, `floor` or `state`. */
  readonly changed: () => void;
  /** Called with what could not be written, or read. */
  readonly failed: (error: unknown, batch: readonly RecordedEvent[]) => void;
}

/** One scope's events on their way to its read models: in order, a batch at a time, apart from all other scopes. */
export interface Lane {
  /**
   * `idle`: everything is written. `waiting`: the tenant has no schema yet. `stopped`: a batch could not be written;
   * it is tried again and again, and nothing after it is written before.
   */
  readonly state: "idle" | "working" | "waiting" | "stopped";
  /** The newest event that was written, as far as this process knows; 0 before. */
  readonly position: bigint;
  /** Everything up to here is written, while something later is not; `undefined` when idle. */
  readonly floor: bigint | undefined;
  /** When the oldest event came that is not written. */
  readonly oldest: Date | undefined;
  /**
   * Takes an event over. `floor`: nothing of this lane is unwritten up to there, if it is idle.
   * Resolves when it may be given the next; a lane that is stuck keeps nobody waiting.
   */
  offer(event: RecordedEvent, floor: bigint): Promise<void> | undefined;
  /** Somebody has begun to wait. */
  hurry(): void;
  /** A read model has come only so far: if the lane is idle it reads again from there, else its next write finds out. */
  fallBehind(position: bigint): void;
  /** Resolves when nothing runs any more, after `signal`. */
  readonly ended: () => Promise<void>;
}

/** Whatever came since a batch was begun is the next batch, up to this many events. */
const BATCH = 1000;
/** How long a lane that has written waits for more, so that a load costs few transactions. */
const GATHER_MS = 50;
const QUEUE = 2 * BATCH;
/** How long a full queue is waited for, before its lane is left behind to read for itself. */
const PATIENCE_MS = 1000;
const BACK_OFF_MS = { first: 25, most: 2000 };

export function createLane(options: LaneOptions): Lane {
  const { write, readAfter, signal, isAwaited, changed, failed } = options;
  let queue: RecordedEvent[] = [];
  /** Events were not queued: they must be read from the store. */
  let leftBehind = false;
  let failures = 0;
  /** As many events are written one by one, so that all are that come before the one which cannot be. */
  let oneByOne = 0;
  let state: Lane["state"] = "idle";
  let position = 0n;
  let floor: bigint | undefined;
  let oldest: Date | undefined;
  let attempted: readonly RecordedEvent[] = [];
  let room = Promise.withResolvers<void>();
  let wake = Promise.withResolvers<void>();
  let hurried = Promise.withResolvers<void>();
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (leftBehind) await catchUp();
        const batch = queue.splice(0, batchSize());
        makeRoom();
        if (batch.length === 0) return rest();
        await attempt(batch);
        await gather();
      } catch (error) {
        await suffer(error);
      }
    }
  }

  async function gather(): Promise<void> {
    if (leftBehind || oneByOne > 0 || queue.length >= BATCH || isAwaited()) return;
    hurried = Promise.withResolvers();
    await elapsed(GATHER_MS, hurried.promise, signal);
  }

  function rest(): void {
    state = "idle";
    floor = undefined;
    oldest = undefined;
    changed();
  }

  /** Reads what is in the store by now. What comes meanwhile is queued, and left out again where it was read. */
  async function catchUp(): Promise<void> {
    leftBehind = false;
    attempted = [];
    let batch: RecordedEvent[] = [];
    for await (const event of readAfter(floor ?? 0n)) {
      batch.push(event);
      if (batch.length < batchSize()) continue;
      await attempt(batch);
      batch = [];
    }
    await attempt(batch);
  }

  const batchSize = () => (oneByOne > 0 ? 1 : BATCH);

  async function attempt(events: readonly RecordedEvent[]): Promise<void> {
    attempted = events.filter((event) => event.position > (floor ?? 0n));
    const [first, last] = [attempted[0], attempted.at(-1)];
    if (!first || !last || signal.aborted) return;
    oldest = first.at;
    await write(attempted, floor ?? 0n);
    state = "working";
    failures = 0;
    oneByOne = Math.max(0, oneByOne - attempted.length);
    position = last.position;
    floor = last.position;
    changed();
  }

  async function suffer(error: unknown): Promise<void> {
    if (error instanceof ModelBehind) {
      floor = error.position;
      return leaveBehind();
    }
    failures++;
    if (error instanceof TenantNotProvisioned) state = "waiting";
    else {
      state = "stopped";
      if (!(error instanceof PostgresUnavailable)) oneByOne = Math.max(oneByOne, attempted.length);
      failed(error, attempted);
    }
    leaveBehind();
    changed();
    wake = Promise.withResolvers();
    await elapsed(
      Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(failures - 1, 10)),
      wake.promise,
      signal,
    );
  }

  function leaveBehind(): void {
    leftBehind = true;
    queue = [];
    makeRoom();
  }

  function makeRoom(): void {
    room.resolve();
    room = Promise.withResolvers();
  }

  async function untilThereIsRoom(): Promise<void> {
    if (await elapsed(PATIENCE_MS, room.promise, signal)) leaveBehind();
  }

  return {
    get state() {
      return state;
    },
    get position() {
      return position;
    },
    get floor() {
      return floor;
    },
    get oldest() {
      return oldest;
    },
    offer(event, before) {
      if (state === "idle") {
        state = "working";
        floor = before;
        oldest = event.at;
        queue.push(event);
        running = run();
        return undefined;
      }
      // A tenant's schema was made since, perhaps: it is this event that says so.
      if (state === "waiting") wake.resolve();
      if (leftBehind) return undefined;
      queue.push(event);
      if (queue.length >= BATCH) hurried.resolve();
      return queue.length < QUEUE ? undefined : untilThereIsRoom();
    },
    hurry: () => hurried.resolve(),
    fallBehind(position) {
      if (state !== "idle") return;
      state = "working";
      floor = position;
      leftBehind = true;
      running = run();
    },
    ended: () => running,
  };
}
