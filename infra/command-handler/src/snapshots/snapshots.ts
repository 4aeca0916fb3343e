import type { EventType, JsonValue } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { z } from "zod";
import type { Aggregate, Answered } from "../aggregate.ts";
import { fromLines, toLines } from "./pieces.ts";
import type { StateCodec } from "./state-codec.ts";

/** Where snapshots are kept, by the names of their streams: the bucket `snapshots` of the bus. */
export interface SnapshotStore {
  get(name: string): Promise<Uint8Array | undefined>;
  put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface SnapshotOptions<State> {
  readonly store: SnapshotStore;
  readonly codec: StateCodec<State>;
  /** What the state is folded by, as `sourceVersion` tells it: a snapshot of another version is left aside. */
  readonly version: string;
  /** Events from one snapshot of an aggregate to its next; 5,000 if not said. */
  readonly every?: number;
}

export interface Snapshots<State> {
  /** The newest snapshot of a stream; `undefined` where there is none that is of any use. Never throws. */
  newest(stream: string): Promise<Aggregate<State> | undefined>;
  /**
   * Begins to take one in the background where the newest is so many events behind; one at a time in a process. Gives
   * the aggregate with the mark of what was begun: one that cannot be taken is tried again as many events later.
   */
  keep(stream: string, aggregate: Aggregate<State>): Aggregate<State>;
}

const Revision = z.string().transform(BigInt);
const Header = z.object({ version: z.string(), stream: z.string(), revision: Revision, event: z.string() });
const Answers = z.array(
  z.tuple([
    z.string(),
    z.object({ digest: z.string(), first: Revision, last: Revision, through: Revision, at: z.number() }),
  ]),
);
/** Answers in a piece. */
const ROWS = 500;

/**
 * Snapshots spare the folding of what was folded before; the history stays the truth. One that cannot be read, or was
 * taken by other code or of another stream, is as none.
 */
export function createSnapshots<State>(
  { store, codec, version, every = 5000 }: SnapshotOptions<State>,
  events: Readonly<Record<string, EventType>>,
  logger: Logger,
): Snapshots<State> {
  const foldedBy = [version, ...Object.values(events).map(({ name, version }) => `${name}:${version}`)].join(" ");
  let taking = false;

  async function take(stream: string, aggregate: Aggregate<State>): Promise<void> {
    taking = true;
    try {
      await store.put(stream, toLines(piecesOf(stream, aggregate, [...aggregate.answered])));
    } catch (error) {
      logger.warn({ err: error, stream }, "a snapshot could not be taken");
    } finally {
      taking = false;
    }
  }

  function* piecesOf(
    stream: string,
    { state, revision, event }: Aggregate<State>,
    answered: readonly (readonly [string, Answered])[],
  ): Generator<JsonValue> {
    yield { version: foldedBy, stream, revision: String(revision), event };
    for (let at = 0; at < answered.length; at += ROWS) yield answered.slice(at, at + ROWS).map(written);
    yield [];
    yield* codec.encode(state);
  }

  async function read(stream: string, bytes: Uint8Array): Promise<Aggregate<State> | undefined> {
    const pieces = fromLines(bytes);
    const next = async () => (await pieces.next()).value;
    const header = Header.parse(await next());
    if (header.version !== foldedBy || header.stream !== stream) return undefined;
    const { revision, event } = header;
    const answered = new Map<string, Answered>();
    for (let rows = Answers.parse(await next()); rows.length > 0; rows = Answers.parse(await next()))
      for (const [id, answer] of rows) answered.set(id, answer);
    return { state: await codec.decode(pieces), revision, position: 0n, event, answered, snapshot: revision };
  }

  return {
    async newest(stream) {
      try {
        const bytes = await store.get(stream);
        return bytes && (await read(stream, bytes));
      } catch (error) {
        logger.warn({ err: error, stream }, "a snapshot cannot be read; the whole history is folded");
        return undefined;
      }
    },
    keep(stream, aggregate) {
      if (taking || aggregate.revision - aggregate.snapshot < every) return aggregate;
      void take(stream, aggregate);
      return { ...aggregate, snapshot: aggregate.revision };
    },
  };
}

const written = ([id, { digest, first, last, through, at }]: readonly [string, Answered]): JsonValue => [
  id,
  { digest, first: String(first), last: String(last), through: String(through), at },
];
