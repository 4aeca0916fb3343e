/** What is kept of an accepted command: enough to know a repeat, and to read its answer back. */
export interface Answered {
  readonly digest: string;
  /** Revisions of its first and last event, and of the last event that was written together with them. */
  readonly first: bigint;
  readonly last: bigint;
  readonly through: bigint;
  /** When the command came: milliseconds since the epoch. */
  readonly at: number;
}

/** An aggregate as its stream tells it, up to and with `revision`. */
export interface Aggregate<State> {
  readonly state: State;
  /** -1 before the first event. */
  readonly revision: bigint;
  /** Where its last event stands in the whole history; 0 before the first. */
  readonly position: bigint;
  /** The id of its last event; empty before the first. */
  readonly event: string;
  /** Revision of its newest snapshot; -1 where there is none. */
  readonly snapshot: bigint;
  /** Commands of the last 24 hours by their ids, oldest first. */
  readonly answered: Map<string, Answered>;
}

/** How long a repeated command is known as one. */
export const REPEATS_KNOWN_FOR_MS = 24 * 60 * 60 * 1000;

/** Forgets the commands that are older than a repeat may be. */
export function forgetOld(answered: Map<string, Answered>, now: number): void {
  for (const [id, { at }] of answered) {
    if (at > now - REPEATS_KNOWN_FOR_MS) return;
    answered.delete(id);
  }
}
