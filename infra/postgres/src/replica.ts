import { Gauge, type Registry } from "prom-client";
import { connectPostgres, type Postgres, type PostgresOptions } from "./connect-postgres.ts";
import { PostgresUnavailable } from "./errors.ts";
import { followReplay } from "./follow-replay.ts";

/** One that cannot be reached is not asked for so long: nobody waits for it at every question. */
const LEFT_ALONE_MS = 5000;

export interface ReplicaOptions extends PostgresOptions {
  readonly primary: Postgres;
  /** One that is further behind is not asked. */
  readonly behindAtMostMs: number;
  readonly metrics?: Registry;
}

/** A streaming replica of Postgres, which may be behind. */
export interface Replica {
  /**
   * Asks the replica, which must not be further behind than it may. What it refuses, or fails at, it may not know yet.
   * @returns undefined where the primary must be asked: the replica is away or too far behind, it has thrown, or its
   * answer is not enough.
   */
  ask<Answer>(
    read: (replica: Postgres) => Promise<Answer>,
    isEnough: (answer: Answer) => boolean,
  ): Promise<Answer | undefined>;
  close(): Promise<void>;
}

/** Connects, and measures how far behind it is from then on; until that is known it is not asked. */
export function connectReplica({ primary, behindAtMostMs, metrics, ...options }: ReplicaOptions): Replica {
  const replica = connectPostgres(options);
  const replay = followReplay(primary, replica, options.logger);
  let awayUntil = 0;
  new Gauge({
    name: "tradesage_replica_behind_seconds",
    help: "How far the replica is behind the primary; it is not asked where that is more than it may be",
    registers: metrics ? [metrics] : [],
    collect() {
      this.set(replay.behindMs() / 1000);
    },
  });
  return {
    async ask(read, isEnough) {
      if (Date.now() < awayUntil || replay.behindMs() > behindAtMostMs) return undefined;
      try {
        const answer = await read(replica);
        return isEnough(answer) ? answer : undefined;
      } catch (error) {
        if (error instanceof PostgresUnavailable) awayUntil = Date.now() + LEFT_ALONE_MS;
        return undefined;
      }
    },
    async close() {
      await replay.stop();
      await replica.close();
    },
  };
}
