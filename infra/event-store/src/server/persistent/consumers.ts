import { createHash } from "node:crypto";
import type { Entry } from "../feeds/entry.ts";
import type { Strategy } from "./settings.ts";

/** An event on its way through a group. */
export interface Message {
  readonly entry: Entry;
  /** The UUID by which consumers acknowledge it: the link's, where a link led to it. */
  readonly id: string;
  /** Where it lies among the parked events, if it was parked and is tried again. */
  readonly parked: bigint | undefined;
  retryCount: number;
  /** When it was sent last, in milliseconds of the monotonic clock. */
  sentAt: number;
}

/** A client that takes events of a group. */
export interface Consumer {
  readonly id: string;
  readonly user: string;
  readonly connectionName: string;
  readonly address: string;
  /** How many events it takes before it acknowledges one. */
  readonly slots: number;
  readonly inFlight: Map<string, Message>;
  readonly connectedAt: number;
  total: number;
  /** How long its newest events took, in milliseconds; kept where statistics are asked for. */
  readonly took: number[];
  send(message: Message): void;
  /** The group wants it no longer. */
  drop(): void;
}

const hasRoom = (consumer: Consumer, { id }: Message): boolean =>
  consumer.inFlight.size < consumer.slots && !consumer.inFlight.has(id);

/** Which consumer gets a message; undefined while none can take it. `turn` goes up by one with each message. */
export function choose(
  strategy: Strategy,
  consumers: readonly Consumer[],
  message: Message,
  turn: number,
): Consumer | undefined {
  switch (strategy) {
    case "DispatchToSingle":
      return consumers.find((consumer) => hasRoom(consumer, message));
    case "RoundRobin": {
      const first = turn % consumers.length;
      const inTurn = [...consumers.slice(first), ...consumers.slice(0, first)];
      return inTurn.find((consumer) => hasRoom(consumer, message));
    }
    case "Pinned": {
      const pinned = pinnedTo(consumers, (message.entry.event ?? message.entry.link)?.stream ?? "");
      return pinned && hasRoom(pinned, message) ? pinned : undefined;
    }
  }
}

/** Rendezvous hashing: when consumers come and go, few streams change hands. */
function pinnedTo(consumers: readonly Consumer[], stream: string): Consumer | undefined {
  let best: { consumer: Consumer; weight: number } | undefined;
  for (const consumer of consumers) {
    const weight = createHash("sha1").update(consumer.id).update("\0").update(stream).digest().readUInt32BE();
    if (!best || weight > best.weight) best = { consumer, weight };
  }
  return best?.consumer;
}
