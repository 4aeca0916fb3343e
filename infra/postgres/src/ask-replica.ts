import type { Postgres } from "./connect-postgres.ts";
import { PostgresUnavailable } from "./errors.ts";

/** One that cannot be reached is not asked for so long: nobody waits for it at every question. */
const LEFT_ALONE_MS = 5000;

/**
 * Asks a copy that may be behind. What it refuses, or fails at, it may not know yet.
 * @returns undefined where the primary must be asked: there is no replica, it is away, it has thrown, or its answer is
 * not enough.
 */
export type AskReplica = <Answer>(
  read: (replica: Postgres) => Promise<Answer>,
  isEnough: (answer: Answer) => boolean,
) => Promise<Answer | undefined>;

export function askReplica(replica: Postgres | undefined): AskReplica {
  let awayUntil = 0;
  return async (read, isEnough) => {
    if (!replica || Date.now() < awayUntil) return undefined;
    try {
      const answer = await read(replica);
      return isEnough(answer) ? answer : undefined;
    } catch (error) {
      if (error instanceof PostgresUnavailable) awayUntil = Date.now() + LEFT_ALONE_MS;
      return undefined;
    }
  };
}
