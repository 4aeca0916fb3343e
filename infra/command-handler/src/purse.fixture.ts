import { type CommandEnvelope, command, event, type MessageOf, refuse } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import type { EventStore } from "@tradesage/event-store";
import { pino } from "pino";
import { z } from "zod";
import { createCommandHandler } from "./command-handler.ts";
import type { AnswerBucket } from "./remembered-answers.ts";
import type { SnapshotOptions, SnapshotStore } from "./snapshots/snapshots.ts";
import { jsonState } from "./snapshots/state-codec.ts";

/** A small aggregate for specs: a purse that holds whole coins. `Put` of nothing changes nothing; `Break` is a bug. */
const coins = z.object({ purse: z.string(), coins: z.int().default(1) });
const commands = { Put: command("Put", coins), Take: command("Take", coins), Break: command("Break", coins) };
const events = { CoinsPut: event("CoinsPut", coins), CoinsTaken: event("CoinsTaken", coins) };

const purse: Decider<number, MessageOf<typeof commands>, MessageOf<typeof events>, { limit: number }> = {
  initialState: 0,
  evolve: (held, { type, data }) => held + (type === "CoinsPut" ? data.coins : -data.coins),
  decide({ type, data }, held, { limit }) {
    switch (type) {
      case "Put":
        if (held + data.coins > limit) refuse("VOLUME_OUT_OF_RANGE", "the purse is full", { held, limit });
        return data.coins === 0 ? [] : [{ type: "CoinsPut", data }];
      case "Take":
        if (data.coins > held) refuse("INSUFFICIENT_MARGIN", undefined, { held });
        // A coin at a time: several events of one command.
        return Array.from({ length: data.coins }, () => ({ type: "CoinsTaken", data: { ...data, coins: 1 } }) as const);
      case "Break":
        throw new TypeError("a bug in the decider");
    }
  },
};

/** A bucket in memory, as long-lived as the spec makes it. */
export function memoryBucket(): AnswerBucket & { broken: boolean } {
  const entries = new Map<string, Uint8Array>();
  const bucket = {
    broken: false,
    async get(key: string) {
      if (bucket.broken) throw new Error("the bucket is away");
      return entries.get(key);
    },
    async create(key: string, value: Uint8Array) {
      if (bucket.broken) throw new Error("the bucket is away");
      if (entries.has(key)) return false;
      entries.set(key, value);
      return true;
    },
  };
  return bucket;
}

/** Snapshots of purses, one for every so many events. */
export const purseSnapshots = (store: SnapshotStore, every: number, version = "1"): SnapshotOptions<number> => ({
  ...{ store, every, version },
  codec: jsonState<number>(),
});

/** Snapshots in memory, as bytes. */
export function memorySnapshots(): SnapshotStore & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get: async (name) => kept.get(name),
    async put(name, chunks) {
      kept.set(name, Buffer.concat(await Array.fromAsync(chunks)));
    },
  };
}

export function purses(
  eventStore: Pick<EventStore, "append" | "readStream">,
  {
    refusals = memoryBucket(),
    limit = () => 1000,
    ...rest
  }: {
    refusals?: AnswerBucket;
    limit?: () => number;
    now?: () => number;
    keepWarm?: number;
    snapshots?: SnapshotOptions<number>;
  } = {},
) {
  return createCommandHandler({
    commands,
    events,
    decider: purse,
    streamOf: (tenant, { data }) => `${tenant}-purse-${data.purse}`,
    context: () => ({ limit: limit() }),
    eventStore,
    refusals,
    logger: pino({ level: "silent" }),
    ...rest,
  });
}

/** A command as it travels, under a key of its own unless one is given. */
let keys = 0;
export const asked = (
  name: "Put" | "Take" | "Break",
  coins: number,
  { key = `key-${++keys}`, purse = "p", tenant = "acme", at = new Date().toISOString() } = {},
): CommandEnvelope => ({
  ...{ command: name, data: { purse, coins }, tenant, actor: "spec", idempotencyKey: key, correlation: "c", at },
});
