import { setInterval } from "node:timers/promises";
import { PLATFORM, parseStream, type Scope, tenantEvents } from "@tradesage/contracts";
import { type Delivery, type EventStore, type KeptEvent, type RecordedEvent, recordedOf } from "@tradesage/event-store";
import { migrationMarks, type Postgres, PostgresUnavailable, platformCheckpoint } from "@tradesage/postgres";
import { continueTrace, type Logger, type Registry, withSpan } from "@tradesage/telemetry";
import limit from "p-limit";
import type { Follower } from "../follow-history.ts";
import { isOfPlatform } from "../projections.ts";
import { createLane, type Lane } from "./lane.ts";
import { runnerMetrics } from "./metrics.ts";
import { createProgress, type Progress } from "./progress.ts";
import { readScope } from "./read-scope.ts";
import { unlessDeleted } from "./unless-deleted.ts";
import { newestModel, writeScope } from "./write-scope.ts";

export interface RunnerOptions {
  readonly eventStore: Pick<EventStore, "readAll" | "readStream">;
  readonly postgres: Postgres;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Called when events of a scope were written. */
  readonly written?: (scope: Scope) => void;
}

export interface Runner extends Follower {
  /** Everything up to here was written before; what follows must be given. */
  readonly after: bigint;
  readonly progress: Progress;
  /** Everything that was in the store at the start is written, or its tenant is stuck. */
  caughtUp(): boolean;
  /** Scopes whose projection is stopped at an event that cannot be written. */
  stopped(): readonly Scope[];
  /** Lets running transactions end. */
  stop(): Promise<void>;
}

const { TenantRequested } = tenantEvents;
/** As many tenants are written to at once; more would only wait for a connection. */
const AT_ONCE = 8;
const SAVE_EVERY_MS = 1000;
/** How long it takes to notice a read model that a migration has added to a tenant in which nothing happens. */
const LOOK_EVERY_MS = 30_000;

/**
 * Takes the whole history and writes every read model from it: each scope (a tenant, or the platform) in a lane of its
 * own, so that one that is stuck holds up no other, and each batch of a lane in one transaction with its checkpoint.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { eventStore, postgres, logger, metrics: registry, written = () => {} } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lanes = new Map<Scope, Lane>();
  const metrics = runnerMetrics(registry, lanes);
  const connection = limit(AT_ONCE);
  /** Where a restart begins to read; each scope has its exact checkpoint beside its rows. */
  const lowWater = platformCheckpoint(postgres, "low-water");
  const after = await lowWater.load();
  let saved = after;
  /** Everything up to here was given to its lane. */
  let given = after;
  /** What the schemas were when their read models were last looked at: only a migration adds one. */
  let looked: ReadonlyMap<Scope, string> = new Map();
  /** Where the history ended when it was first followed to its end. */
  let end: bigint | undefined;

  const floor = () => {
    let lowest = given;
    for (const lane of lanes.values()) if (lane.floor !== undefined && lane.floor < lowest) lowest = lane.floor;
    return lowest;
  };
  const positionOf = (scope: Scope) => {
    const [all, own] = [floor(), lanes.get(scope)?.position];
    return own !== undefined && own > all ? own : all;
  };
  const progress = createProgress(positionOf, (scope) => lanes.get(scope)?.hurry(), signal);

  function openLane(scope: Scope): Lane {
    return createLane({
      write: (events, after) =>
        connection(() => traced(scope, events, () => writeScope(postgres, scope, events, after))).catch(
          unlessDeleted(eventStore, scope),
        ),
      readAfter: (position) => readScope(eventStore, scope, position),
      signal,
      isAwaited: () => progress.isAwaited(scope),
      changed: progress.changed,
      failed(error, batch) {
        metrics.failed(scope);
        const [event] = batch;
        const at = event && { stream: event.stream, revision: String(event.revision), type: event.type };
        if (error instanceof PostgresUnavailable) logger.warn({ scope, err: error }, "Postgres is away");
        else logger.error({ scope, at, events: batch.length, err: error }, "the projection is stopped here");
      },
    });
  }

  function laneOf(scope: Scope): Lane {
    const known = lanes.get(scope);
    if (known) return known;
    const lane = openLane(scope);
    lanes.set(scope, lane);
    return lane;
  }

  async function traced(scope: Scope, events: readonly RecordedEvent[], write: () => Promise<void>): Promise<void> {
    const [first] = events;
    if (!first) return;
    const { traceparent } = first.metadata as { traceparent?: string };
    const attributes = { "tradesage.tenant": scope, "tradesage.events": events.length };
    await continueTrace(traceparent, () => withSpan("project", attributes, write));
    metrics.written(events.length, first.at);
    written(scope);
  }

  async function give(event: RecordedEvent): Promise<void> {
    const stream = parseStream(event.stream);
    if (stream) {
      // A tenant has no schema before this, and nothing in it of this.
      if (event.type !== TenantRequested.name) await laneOf(stream.tenant).offer(event, given);
      if (isOfPlatform(stream.aggregate) && stream.tenant !== PLATFORM) await laneOf(PLATFORM).offer(event, given);
    }
    given = event.position;
  }

  async function take(delivery: Delivery<KeptEvent>): Promise<void> {
    if (delivery.kind === "event") await give(recordedOf(delivery.event));
    else if (delivery.kind === "checkpoint") given = delivery.position;
    else end ??= given;
    progress.changed();
  }

  async function save(): Promise<void> {
    const position = floor();
    if (position <= saved) return;
    await lowWater.save(position);
    saved = position;
  }

  async function saveNowAndThen(): Promise<void> {
    for await (const _ of setInterval(SAVE_EVERY_MS, undefined, { signal })) {
      await save().catch((error: unknown) => logger.warn({ err: error }, "the low-water mark could not be saved"));
    }
  }

  async function lookForNewModels(): Promise<void> {
    const marks = await migrationMarks(postgres);
    const migrated = [...marks].filter(([tenant, mark]) => looked.get(tenant) !== mark);
    for (const scope of [PLATFORM, ...migrated.map(([tenant]) => tenant)]) {
      if (signal.aborted) return;
      const position = await connection(() => newestModel(postgres, scope));
      if (position !== undefined) laneOf(scope).fallBehind(position);
    }
    looked = marks;
  }

  async function lookNowAndThen(): Promise<void> {
    const look = () =>
      lookForNewModels().catch((error: unknown) => logger.warn({ err: error }, "new read models were not looked for"));
    await look();
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal })) await look();
  }

  const looking = lookNowAndThen().catch(() => undefined);
  const saving = saveNowAndThen().catch(() => undefined);

  return {
    after,
    take,
    progress,
    caughtUp() {
      const target = end;
      return target !== undefined && [...lanes.values()].every((lane) => isStuck(lane) || isPast(lane, target));
    },
    stopped: () => [...lanes].filter(([, { state }]) => state === "stopped").map(([scope]) => scope),
    async stop() {
      stopping.abort();
      await Promise.allSettled([saving, looking, ...[...lanes.values()].map((lane) => lane.ended())]);
      await save().catch(() => undefined);
    },
  };
}

const isStuck = ({ state }: Lane) => state === "waiting" || state === "stopped";
const isPast = ({ floor }: Lane, position: bigint) => floor === undefined || floor >= position;
