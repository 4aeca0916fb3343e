import type { Committer } from "../committer.ts";
import { allFeed } from "../feeds/all-feed.ts";
import type { Entry } from "../feeds/entry.ts";
import type { Feed } from "../feeds/feed.ts";
import { indexFeed, isIndex } from "../feeds/index-feed.ts";
import { streamFeed } from "../feeds/stream-feed.ts";
import type { Reader } from "../storage/reader.ts";
import { uuidOf } from "../storage/uuid.ts";
import { createCheckpoints } from "./checkpoints.ts";
import { type Consumer, choose, type Message } from "./consumers.ts";
import { createParked } from "./parked.ts";
import { type GroupName, type GroupSettings, isCheckpointStream } from "./settings.ts";

export type NackAction = "park" | "retry" | "skip" | "stop";
export type Group = ReturnType<typeof createGroup>;

export const feedOf = (
  stream: string,
  settings: Pick<GroupSettings, "filter" | "resolveLinks">,
  reader: Reader,
): Feed =>
  stream === "$all"
    ? allFeed(settings.filter, settings.resolveLinks, reader)
    : isIndex(stream)
      ? indexFeed(stream, settings.resolveLinks, reader)
      : streamFeed(stream, settings.resolveLinks, reader);

/**
 * A persistent subscription: hands each event to one of its consumers, again if that one fails or is too slow, and
 * remembers up to where all are done with. At least once, roughly in order.
 */
export function createGroup(name: GroupName, settings: GroupSettings, committer: Committer, reader: Reader) {
  const feed = feedOf(name.stream, settings, reader);
  const parked = createParked(name, committer, reader);
  const consumers: Consumer[] = [];
  /** Read, and waiting for a consumer. What is tried again goes first. */
  let retries: Message[] = [];
  let backlog: Message[] = [];
  /** Sent, the longest ago first. */
  const inFlight = new Set<Message>();
  /** Keys not done with, in the order of the feed. */
  const unfinished = new Set<bigint>();
  /** Revisions of parked events that are being tried again. */
  const replaying = new Set<bigint>();
  let replayedTo = parked.first();
  /** Whether the feed may have more than was read. */
  let more = true;
  let turn = 0;
  let total = 0;
  let lastKnown: bigint | undefined;
  let timer: NodeJS.Timeout | undefined;

  const reached = () => {
    for (const lowest of unfinished) return lowest - 1n;
    return next - 1n;
  };
  const checkpoints = createCheckpoints(name, settings, committer, reader, reached);
  let next = checkpoints.saved === undefined ? settings.from : checkpoints.saved + 1n;

  /** Reads ahead of the consumers, and sends what they can take. */
  function pump(): void {
    if (consumers.length === 0) return;
    dispatch();
    while (more && backlog.length < settings.historyBufferSize) {
      const page = feed.page(next, "forwards", settings.readBatchSize);
      next = page.next;
      more = !page.end;
      for (const entry of page.entries) {
        if (name.stream === "$all" && isCheckpointStream((entry.link ?? entry.event)?.stream ?? "")) continue;
        lastKnown = entry.key;
        unfinished.add(entry.key);
        backlog.push(messageOf(entry, undefined));
      }
      dispatch();
    }
    watchTimeouts();
  }

  function dispatch(): void {
    retries = retries.filter((message) => !sent(message));
    if (settings.strategy === "Pinned") backlog = backlog.filter((message) => !sent(message));
    else {
      let count = 0;
      while (count < backlog.length && sent(backlog[count] as Message)) count++;
      backlog = backlog.slice(count);
    }
  }

  function sent(message: Message): boolean {
    const consumer = choose(settings.strategy, consumers, message, turn);
    if (!consumer) return false;
    turn++;
    total++;
    consumer.total++;
    message.sentAt = performance.now();
    consumer.inFlight.set(message.id, message);
    inFlight.add(message);
    consumer.send(message);
    return true;
  }

  function watchTimeouts(): void {
    clearTimeout(timer);
    const [oldest] = inFlight;
    if (!oldest || settings.messageTimeoutMs === 0) return;
    timer = setTimeout(timeOut, oldest.sentAt + settings.messageTimeoutMs - performance.now());
  }

  function timeOut(): void {
    const late = performance.now() - settings.messageTimeoutMs;
    for (const message of inFlight) {
      if (message.sentAt > late) break;
      takeBack(message);
      retry(message, "The consumer did not answer in time.");
    }
    pump();
    watchTimeouts();
  }

  function takeBack(message: Message): void {
    inFlight.delete(message);
    for (const consumer of consumers)
      if (consumer.inFlight.get(message.id) === message) consumer.inFlight.delete(message.id);
  }

  function retry(message: Message, reason: string): void {
    message.retryCount++;
    if (message.retryCount > settings.maxRetryCount) void park(message, reason);
    else retries.push(message);
  }

  async function park(message: Message, reason: string): Promise<void> {
    if (await parked.park(message.entry, reason)) finish(message);
    else retries.push(message);
    pump();
  }

  function finish(message: Message): void {
    if (message.parked === undefined) {
      unfinished.delete(message.entry.key);
      checkpoints.progress();
    } else {
      replaying.delete(message.parked);
      // Only now: a server that dies before has them parked still.
      if (replaying.size === 0) void parked.truncate(replayedTo);
    }
  }

  /** The message that a consumer names: one that it has, or had for too long. */
  function named(consumer: Consumer, id: string): Message | undefined {
    const message = consumer.inFlight.get(id) ?? retries.find((late) => late.id === id);
    if (!message) return undefined;
    if (settings.extraStatistics) {
      consumer.took.push(performance.now() - message.sentAt);
      if (consumer.took.length > 1_000) consumer.took.shift();
    }
    takeBack(message);
    retries = retries.filter((other) => other !== message);
    return message;
  }

  return {
    name,
    settings,
    consumers: consumers as readonly Consumer[],
    get statistics() {
      return {
        total,
        lastKnown,
        checkpoint: checkpoints.saved,
        reading: backlog.length,
        retrying: retries.length,
        inFlight: inFlight.size,
        unfinished: unfinished.size,
        parked: parked.count(),
      };
    },
    /** False if there are as many as there may be. */
    join(consumer: Consumer): boolean {
      if (settings.maxSubscriberCount > 0 && consumers.length >= settings.maxSubscriberCount) return false;
      consumers.push(consumer);
      // After the confirmation, which the caller sends now.
      setImmediate(pump);
      return true;
    },
    leave(consumer: Consumer): void {
      const at = consumers.indexOf(consumer);
      if (at < 0) return;
      consumers.splice(at, 1);
      for (const message of consumer.inFlight.values()) {
        inFlight.delete(message);
        retry(message, "The consumer left.");
      }
      consumer.inFlight.clear();
      if (consumers.length === 0) void checkpoints.flush();
      pump();
    },
    ack(consumer: Consumer, ids: readonly string[]): void {
      for (const id of ids) {
        const message = named(consumer, id);
        if (message) finish(message);
      }
      pump();
    },
    nack(consumer: Consumer, ids: readonly string[], action: NackAction, reason: string): void {
      for (const id of ids) {
        const message = named(consumer, id);
        if (!message) continue;
        if (action === "park") void park(message, reason);
        else if (action === "skip") finish(message);
        else retry(message, reason);
      }
      if (action === "stop") consumer.drop();
      pump();
    },
    /** Hands out the parked events once more, those before `stopAt` or all. */
    replayParked(stopAt: bigint | undefined): void {
      for (const entry of parked.read(replayedTo, stopAt)) {
        replayedTo = entry.key + 1n;
        replaying.add(entry.key);
        retries.push(messageOf(entry, entry.key));
      }
      pump();
    },
    /** There may be new events. */
    wake(): void {
      more = true;
      pump();
    },
    /** Sends every consumer away, and saves how far it was. */
    async stop(): Promise<void> {
      clearTimeout(timer);
      for (const consumer of consumers.splice(0)) consumer.drop();
      await checkpoints.flush();
      clearTimeout(timer);
    },
  };
}

function messageOf(entry: Entry, parked: bigint | undefined): Message {
  const { id } = (entry.link ?? entry.event) as { id: Uint8Array };
  return { entry, id: uuidOf(id), parked, retryCount: 0, sentAt: 0 };
}
