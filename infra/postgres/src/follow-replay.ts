import { setTimeout } from "node:timers/promises";
import type { Logger } from "@tradesage/telemetry";
import type { Postgres } from "./connect-postgres.ts";

export interface Replay {
  /** By how much of time the replica is behind at most, to a second; Infinity while that is not known yet. */
  behindMs(): number;
  stop(): Promise<void>;
}

/** Where the log of the primary stood at a moment of ours. */
interface Mark {
  readonly position: bigint;
  readonly at: number;
}

const EVERY_MS = 500;
/** So many that a replica has not passed are remembered, the oldest; it is far too late by then. */
const MARKS = 1000;

/**
 * Follows how far behind a replica is, by positions in the write-ahead log alone: what the replica has replayed is as
 * new as the newest mark of the primary that it has passed. So neither a clock of theirs nor the link between them is
 * trusted, and a primary where nothing is written makes nobody late. While the primary cannot be asked nothing new can
 * be there, and what was known of the replica stands.
 * https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 */
export function followReplay(primary: Postgres, replica: Postgres, logger?: Logger): Replay {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** Marks that the replica may not have passed, the oldest first. */
  let ahead: readonly Mark[] = [];
  /** When all that the replica has was all that there was. */
  let newest = Number.NEGATIVE_INFINITY;
  /** What stands while the primary is away. */
  let lastKnown: number | undefined;

  const behind = () => performance.now() - newest;

  async function measure(): Promise<void> {
    const known = behind();
    const at = performance.now();
    try {
      const position = await positionOf(primary, "pg_current_wal_lsn()");
      if (ahead.length < MARKS) ahead = [...ahead, { position, at }];
      lastKnown = undefined;
    } catch (error) {
      lastKnown ??= known;
      throw error;
    }
    const replayed = await positionOf(replica, "pg_last_wal_replay_lsn()");
    newest = ahead.findLast(({ position }) => position <= replayed)?.at ?? newest;
    ahead = ahead.filter((mark) => mark.at > newest);
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      await measure().catch((error: unknown) => logger?.debug({ err: error }, "the replica was not measured"));
      await setTimeout(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  const following = follow();
  return {
    behindMs: () => lastKnown ?? behind(),
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

async function positionOf(postgres: Postgres, position: string): Promise<bigint> {
  const { rows } = await postgres.owner((client) =>
    client.query<{ position: string }>(`select ${position} - '0/0' as position`),
  );
  return BigInt(rows[0]?.position ?? 0);
}
