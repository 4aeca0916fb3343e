import { type Context as TraceContext, trace } from "@opentelemetry/api";
import {
  type CommandEnvelope,
  type EventMetadata,
  type EventType,
  type JsonObject,
  Refused,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import { eventIdFor, type NewEvent } from "@tradesage/event-store";
import type { Aggregate, Answered } from "./aggregate.ts";

const tracer = trace.getTracer("@tradesage/command-handler");

/** A command that waits to be decided. */
export interface Asked<Command> {
  readonly command: Command;
  readonly commandId: string;
  readonly digest: string;
  readonly envelope: CommandEnvelope;
  /** The trace that it belongs to; another command's trace runs while it is decided. */
  readonly trace: TraceContext;
  readonly traceparent: string | undefined;
}

export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

export type Decision =
  | {
      readonly kind: "accepted";
      readonly commandId: string;
      readonly events: readonly DomainEvent[];
      readonly answered: Answered;
    }
  | { readonly kind: "unchanged"; readonly revision: bigint }
  | { readonly kind: "repeated"; readonly answered: Answered }
  | { readonly kind: "refused"; readonly refusal: Refused }
  | { readonly kind: "failed"; readonly error: unknown };

/** What follows from some commands, to be made true by one append at the revision that they were decided on. */
export interface Write<State> {
  /** Revision of the aggregate that it was decided on. */
  readonly base: bigint;
  readonly decisions: readonly Decision[];
  readonly events: readonly NewEvent[];
  readonly state: State;
}

export interface DecideOptions<State, Command, Event, Context> {
  readonly decider: Decider<State, Command, Event, Context>;
  readonly events: Readonly<Record<string, EventType>>;
  /** What the decision needs to know beside the state; taken at the moment of deciding. */
  readonly context: (envelope: CommandEnvelope) => Context;
}

/** Decides one command after the other, each on the state that those before it left; one's refusal is its own. */
export function decideTogether<State, Command extends { type: string }, Event extends DomainEvent, Context>(
  { decider, events: types, context }: DecideOptions<State, Command, Event, Context>,
  aggregate: Aggregate<State>,
  batch: readonly Asked<Command>[],
): Write<State> {
  let { state, revision } = aggregate;

  const decide = (asked: Asked<Command>): Decision => {
    const { commandId, digest, envelope } = asked;
    const answered = aggregate.answered.get(commandId);
    if (answered) return { kind: "repeated", answered };
    const span = tracer.startSpan(`decide ${asked.command.type}`, {}, asked.trace);
    try {
      const events = decider.decide(asked.command, state, context(envelope));
      if (events.length === 0) return { kind: "unchanged", revision };
      state = events.reduce(decider.evolve, state);
      const first = revision + 1n;
      revision += BigInt(events.length);
      const last = revision;
      const at = Date.parse(envelope.at);
      return { kind: "accepted", commandId, events, answered: { digest, first, last, through: last, at } };
    } catch (error) {
      return error instanceof Refused ? { kind: "refused", refusal: error } : { kind: "failed", error };
    } finally {
      span.end();
    }
  };

  const decided = batch.map(decide);
  const together = decided.filter(({ kind }) => kind === "accepted").length > 1;
  const decisions = decided.map(
    (decision): Decision =>
      decision.kind === "accepted" ? { ...decision, answered: { ...decision.answered, through: revision } } : decision,
  );
  const events = decisions.flatMap((decision, index) =>
    decision.kind === "accepted" ? toStore(decision, batch[index] as Asked<Command>) : [],
  );
  return { base: aggregate.revision, decisions, events, state };

  function toStore({ events, answered }: Decision & { kind: "accepted" }, asked: Asked<Command>): NewEvent[] {
    const { tenant, actor, correlation, causation, at } = asked.envelope;
    return events.map(({ type, data }, index) => ({
      id: eventIdFor(asked.commandId, index),
      type,
      data: data as JsonObject,
      metadata: {
        tenant,
        actor,
        command: asked.commandId,
        digest: asked.digest,
        correlation,
        ...(causation !== undefined && { causation }),
        at,
        schema: versionOf(types, type),
        ...(asked.traceparent !== undefined && { traceparent: asked.traceparent }),
        ...(together && { through: String(answered.through) }),
      } satisfies EventMetadata,
    }));
  }
}

function versionOf(types: Readonly<Record<string, EventType>>, type: string): number {
  const known = types[type];
  if (!known) throw new Error(`${type} is not among the aggregate's events`);
  return known.version;
}
