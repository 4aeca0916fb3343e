import { setTimeout as pause } from "node:timers/promises";
import { type Context as TraceContext, context as traceContext } from "@opentelemetry/api";
import { Refused, refuse } from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable, WrongExpectedRevision } from "@tradesage/event-store";
import { type Aggregate, forgetOld } from "./aggregate.ts";
import {
  type Asked,
  type DecideOptions,
  type Decision,
  type DomainEvent,
  decideTogether,
  type Write,
} from "./decide-together.ts";
import { foldOnto, type LoadOptions, loadAggregate } from "./load-aggregate.ts";
import { createLoads } from "./loads.ts";
import { createLru } from "./lru.ts";
import type { CommandMetrics } from "./metrics.ts";

/** Rounds of load, decide, append before it is given up. */
const ROUNDS = 10;
/** How long one batch may take in all; a round that has begun is finished. */
const SETTLE_WITHIN_MS = 8000;
const PAUSE_MS = 50;

/** A decision that stands, with the position of the last event that was written with it. */
export type Settled = Decision & { readonly position: bigint };

export interface SettleOptions<State, Command, Event, Context>
  extends LoadOptions<State, Event>,
    DecideOptions<State, Command, Event, Context> {
  readonly eventStore: Pick<EventStore, "append" | "readStream">;
  readonly decider: DecideOptions<State, Command, Event, Context>["decider"];
  readonly events: LoadOptions<State, Event>["events"];
  readonly metrics: CommandMetrics | undefined;
  /** The most aggregates whose state is kept in memory. */
  readonly keepWarm: number;
}

/**
 * Decides the commands of one stream together and makes their events true by one append at the exact revision.
 *
 * Where somebody else wrote first, they are decided again on what he left. An append shows that; where there is none,
 * since all are refused or change nothing, the newest revision is asked for. Where the append's outcome is not known, the
 * stream is read back: if the events are there the commands are found in it as answered; if the stream has not moved,
 * the very same write is sent again, which the store takes once at most (same ids, same revision); only when the stream
 * has moved past it, so that the lost write can never land, are they decided anew. So nothing is ever refused whose
 * events may still appear.
 *
 * @throws Refused UNAVAILABLE, or STATE_BEING_REBUILT, when nothing was written; DEADLINE_EXCEEDED when that is not known.
 */
export function createSettling<State, Command extends { type: string }, Event extends DomainEvent, Context>(
  options: SettleOptions<State, Command, Event, Context>,
) {
  const { eventStore, logger, metrics, now } = options;
  const warm = createLru<Aggregate<State>>(options.keepWarm);
  const load = createLoads<Aggregate<State>>({
    load: (stream, reached) => loadAggregate(options, stream, reached),
    lengthOf: async (stream) => (await newestRevision(stream)) + 1n,
    loaded(stream, aggregate) {
      if (!warm.get(stream)) keep(stream, aggregate);
    },
  });

  return { settle, newest };

  async function settle(stream: string, batch: readonly Asked<Command>[]): Promise<readonly Settled[]> {
    const giveUpAt = performance.now() + SETTLE_WITHIN_MS;
    let inDoubt: Write<State> | undefined;
    for (let round = 1; ; round++) {
      try {
        const known = round === 1 ? warm.get(stream) : undefined;
        const aggregate = known ?? (await newest(stream));
        const write = inDoubt?.base === aggregate.revision ? inDoubt : decideTogether(options, aggregate, batch);
        inDoubt = undefined;
        if (write.events.length === 0) {
          if (!known || (await newest(stream)).revision === known.revision) {
            return settled(stream, batch, write, aggregate, aggregate.position);
          }
          continue;
        }
        inDoubt = write;
        const position = await append(stream, write, batch[0]?.trace ?? traceContext.active());
        return settled(stream, batch, write, aggregate, position);
      } catch (error) {
        if (error instanceof WrongExpectedRevision) inDoubt = undefined;
        else if (error instanceof Refused && inDoubt) return refuse("DEADLINE_EXCEEDED");
        else if (!(error instanceof EventStoreUnavailable)) throw error;
        else if (!inDoubt) return refuse("UNAVAILABLE", "the event store does not answer; nothing was changed");
        if (round === ROUNDS || performance.now() > giveUpAt)
          return refuse(inDoubt ? "DEADLINE_EXCEEDED" : "UNAVAILABLE");
        logger.warn({ err: error, stream, round }, inDoubt ? "an append is in doubt" : "another writer was first");
        if (inDoubt) await pause(PAUSE_MS * round);
      }
    }
  }

  /** An aggregate as it is by now, or was after a position: onto what is warm comes what was written since. */
  async function newest(stream: string, after?: bigint): Promise<Aggregate<State>> {
    const known = warm.get(stream);
    if (!known) return load(stream);
    if (after !== undefined && known.position >= after) return known;
    const now = await foldOnto(options, stream, known);
    if (warm.get(stream) === known) {
      if (now) keep(stream, now);
      else warm.delete(stream);
    }
    return now ?? load(stream);
  }

  async function newestRevision(stream: string): Promise<bigint> {
    let newest = -1n;
    const last = eventStore.readStream(stream, { from: "end", direction: "backwards", limit: 1 });
    for await (const { revision } of last) newest = revision;
    return newest;
  }

  async function append(stream: string, write: Write<State>, parent: TraceContext): Promise<bigint> {
    const expected = write.base < 0n ? "no_stream" : write.base;
    const { position } = await traceContext.with(parent, () => eventStore.append(stream, write.events, expected));
    return position;
  }

  function settled(
    stream: string,
    batch: readonly Asked<Command>[],
    write: Write<State>,
    before: Aggregate<State>,
    position: bigint,
  ): Settled[] {
    const { answered } = before;
    forgetOld(answered, now());
    let accepted = 0;
    for (const [index, decision] of write.decisions.entries()) {
      if (decision.kind !== "accepted") continue;
      accepted++;
      // Nobody can ask again for what nobody can name: a busy account would keep a day of such commands in memory.
      if (batch[index]?.envelope.repeatable !== false) answered.set(decision.commandId, decision.answered);
    }
    if (accepted > 0) metrics?.appended(accepted);
    const revision = write.base + BigInt(write.events.length);
    const event = write.events.at(-1)?.id ?? before.event;
    const after = { state: write.state, revision, position, event, answered, snapshot: before.snapshot };
    keep(stream, after);
    return write.decisions.map((decision) => ({ ...decision, position }));
  }

  function keep(stream: string, aggregate: Aggregate<State>): void {
    warm.set(stream, options.snapshots?.keep(stream, aggregate) ?? aggregate);
  }
}
