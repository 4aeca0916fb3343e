import { context as traceContext } from "@opentelemetry/api";
import {
  type CommandEnvelope,
  type CommandReply,
  type CommandType,
  type EventMetadata,
  type EventType,
  type JsonObject,
  type MessageOf,
  parseInput,
  Refused,
  refuse,
  type TenantId,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import { type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import { currentTraceparent, type Logger } from "@tradesage/telemetry";
import type { Answered } from "./aggregate.ts";
import { createBatches } from "./batches.ts";
import { commandIdOf, digestOf } from "./command-id.ts";
import type { Asked } from "./decide-together.ts";
import type { CommandMetrics } from "./metrics.ts";
import { type AnswerBucket, type RememberedAnswer, rememberAnswers, repeatAnswer } from "./remembered-answers.ts";
import { createSettling, type Settled } from "./settle.ts";
import { createSnapshots, type SnapshotOptions } from "./snapshots/snapshots.ts";

type Table<Type> = Readonly<Record<string, Type>>;

export interface CommandHandlerOptions<
  State,
  Commands extends Table<CommandType>,
  Events extends Table<EventType>,
  Context,
> {
  /** The aggregate's commands and events by name, as its contract lists them. */
  readonly commands: Commands;
  readonly events: Events;
  readonly decider: Decider<State, MessageOf<Commands>, MessageOf<Events>, Context>;
  readonly streamOf: (tenant: TenantId, command: MessageOf<Commands>) => string;
  /** What a decision needs to know beside the state; asked at the moment of deciding, so it is never older. */
  readonly context: (envelope: CommandEnvelope) => Context;
  readonly eventStore: Pick<EventStore, "append" | "readStream">;
  /** Remembers for 24 h the answers that leave no event: the KV bucket `refusals`. */
  readonly refusals: AnswerBucket;
  /** Spares the folding of long streams; without it every load folds the whole. */
  readonly snapshots?: SnapshotOptions<State>;
  readonly logger: Logger;
  readonly metrics?: CommandMetrics;
  /** The most aggregates whose state is kept in memory; 10,000 if not said. */
  readonly keepWarm?: number;
  /** Milliseconds since the epoch: says which commands are older than a repeat may be. */
  readonly now?: () => number;
}

export interface CommandHandler<State = unknown> {
  /**
   * Decides a command and makes its events true, exactly once for its tenant, aggregate and Idempotency-Key.
   * A repeat within 24 h answers as the first time did, across restarts.
   * @throws Refused with the decider's code; INVALID_INPUT; IDEMPOTENCY_KEY_REUSED for the same key with another body;
   *   RATE_LIMITED when too many commands wait for the aggregate; UNAVAILABLE when nothing was changed because the event
   *   store or the memory of answers is away; STATE_BEING_REBUILT, with `reached` of `events`, while a long history is
   *   folded; DEADLINE_EXCEEDED when the outcome is unknown: the same command tells it.
   */
  handle(envelope: CommandEnvelope): Promise<CommandReply>;
  /**
   * An aggregate as it is by now, the revision of its last event (-1 before the first), and where that stands in the
   * whole history. With `after`, as it was at that position at least: what is kept warm need not be held against the
   * store where it has come so far. @throws EventStoreUnavailable
   */
  read(
    stream: string,
    after?: bigint,
  ): Promise<{ readonly state: State; readonly revision: bigint; readonly position: bigint }>;
}

/** Events of a hundred commands stay well below the 1 MiB that EventStoreDB appends at once. */
const DECIDED_TOGETHER = 100;
const WAITING_FOR_ONE_STREAM = 2000;

export function createCommandHandler<
  State,
  Commands extends Table<CommandType>,
  Events extends Table<EventType>,
  Context,
>(options: CommandHandlerOptions<State, Commands, Events, Context>): CommandHandler<State> {
  type Command = MessageOf<Commands>;
  const { commands, streamOf, eventStore, logger, metrics, keepWarm = 10_000, now = Date.now } = options;
  const memory = rememberAnswers(options.refusals, logger);
  const snapshots = options.snapshots && createSnapshots(options.snapshots, options.events, logger);
  const { settle, newest } = createSettling({ ...options, snapshots, metrics, keepWarm, now });
  const put = createBatches<Asked<Command>, Settled>({
    most: DECIDED_TOGETHER,
    waiting: WAITING_FOR_ONE_STREAM,
    work: settle,
  });
  const beingAnswered = new Map<string, { digest: string; answer: Promise<Answer> }>();

  interface Answer {
    readonly outcome: "accepted" | "unchanged" | "repeated";
    readonly reply: CommandReply;
  }

  const answer = async (stream: string, asked: Asked<Command>): Promise<Answer> => {
    const { commandId, digest, envelope } = asked;
    const { repeatable = true } = envelope;
    const again = (remembered: RememberedAnswer) => {
      sameBody(remembered.digest, digest);
      return repeatAnswer(remembered);
    };
    const remembered = repeatable ? await memory.recall(commandId) : undefined;
    if (remembered) return { outcome: "repeated", reply: again(remembered) };
    const settled = await put(stream, asked);
    const position = String(settled.position);
    switch (settled.kind) {
      case "accepted": {
        const events = settled.events as CommandReply["events"];
        return { outcome: "accepted", reply: { commandId, position, revision: String(settled.answered.last), events } };
      }
      case "repeated":
        sameBody(settled.answered.digest, digest);
        return { outcome: "repeated", reply: await readBack(stream, commandId, settled.answered) };
      case "unchanged": {
        const reply = { commandId, position, revision: String(settled.revision), events: [] };
        if (!repeatable) return { outcome: "unchanged", reply };
        return { outcome: "unchanged", reply: again(await memory.remember(commandId, { digest, reply })) };
      }
      case "refused": {
        if (!repeatable) throw settled.refusal;
        const { code, message: detail, values } = settled.refusal;
        const stands = await memory.remember(commandId, { digest, refused: { code, detail, values } });
        return { outcome: "repeated", reply: again(stands) };
      }
      case "failed":
        throw settled.error;
    }
  };

  /** An accepted command's answer, from the events that it left. */
  async function readBack(
    stream: string,
    commandId: string,
    { first, last, through }: Answered,
  ): Promise<CommandReply> {
    const events: { type: string; data: JsonObject }[] = [];
    let position = 0n;
    for await (const recorded of eventStore.readStream(stream, { from: first, limit: Number(through - first) + 1 })) {
      position = recorded.position;
      if ((recorded.metadata as EventMetadata).command !== commandId) continue;
      events.push({ type: recorded.type, data: recorded.data as JsonObject });
    }
    return { commandId, position: String(position), revision: String(last), events };
  }

  const answerOnce = (envelope: CommandEnvelope, command: Command): Promise<Answer> => {
    const stream = streamOf(envelope.tenant, command);
    const commandId = commandIdOf(stream, envelope.idempotencyKey);
    const digest = digestOf({ command: command.type, data: command.data as JsonObject });
    const running = beingAnswered.get(commandId);
    if (running) {
      sameBody(running.digest, digest);
      return running.answer.then(({ reply }) => ({ outcome: "repeated", reply }));
    }
    const trace = traceContext.active();
    const asked = { command, commandId, digest, envelope, trace, traceparent: currentTraceparent() };
    const answering = answer(stream, asked).finally(() => beingAnswered.delete(commandId));
    beingAnswered.set(commandId, { digest, answer: answering });
    return answering;
  };

  return {
    read: newest,
    async handle(envelope) {
      const started = performance.now();
      let outcome = "failed";
      let name = "unknown";
      try {
        const type = Object.hasOwn(commands, envelope.command) ? commands[envelope.command] : undefined;
        if (!type) return refuse("INVALID_INPUT", `there is no command ${envelope.command} here`);
        name = type.name;
        const command = { type: name, data: parseInput(type.schema, envelope.data) } as Command;
        const answered = await answerOnce(envelope, command);
        outcome = answered.outcome;
        return answered.reply;
      } catch (error) {
        if (error instanceof Refused) outcome = error.code;
        if (!(error instanceof EventStoreUnavailable)) throw error;
        outcome = "UNAVAILABLE";
        logger.warn({ err: error, command: name }, "the event store does not answer");
        return refuse("UNAVAILABLE");
      } finally {
        metrics?.answered(name, outcome, (performance.now() - started) / 1000);
      }
    },
  };
}

function sameBody(known: string, digest: string): void {
  if (known !== digest) refuse("IDEMPOTENCY_KEY_REUSED");
}
