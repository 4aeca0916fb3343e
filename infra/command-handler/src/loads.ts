import { refuse } from "@tradesage/contracts";

export interface LoadsOptions<Loaded> {
  /** Loads what belongs to a stream, and tells now and then how many of its events it has been through. */
  readonly load: (stream: string, reached: (events: bigint) => void) => Promise<Loaded>;
  /** How many events a stream has. */
  readonly lengthOf: (stream: string) => Promise<bigint>;
  /** Takes what was loaded: perhaps nobody waits for it any more. */
  readonly loaded: (stream: string, loaded: Loaded) => void;
}

/** How long a load is waited for: well below the patience of whoever has asked. */
const PATIENCE_MS = 2000;
/** With fewer events left than these it is the machine that is slow, not the history that is long: that is waited for. */
const LONG = 10_000n;

/**
 * Loads, once for all who wait for the same. That of a long history goes on behind the answers that say so: it is of
 * use to the next who asks.
 * @throws Refused STATE_BEING_REBUILT, from the returned function, with `reached` of `events`.
 */
export function createLoads<Loaded>({ load, lengthOf, loaded }: LoadsOptions<Loaded>) {
  interface Loading {
    readonly work: Promise<Loaded>;
    /** Events that it has been through. */
    readonly reached: () => bigint;
  }
  const running = new Map<string, Loading>();

  function begin(stream: string): Loading {
    let reached = 0n;
    const through = (events: bigint) => {
      reached = events;
    };
    const work = load(stream, through)
      .then((result) => {
        loaded(stream, result);
        return result;
      })
      .finally(() => running.delete(stream));
    // Whether it fails is told to those who wait; it may be that nobody does.
    work.catch(() => undefined);
    const loading = { work, reached: () => reached };
    running.set(stream, loading);
    return loading;
  }

  return async (stream: string): Promise<Loaded> => {
    const loading = running.get(stream) ?? begin(stream);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    });
    const result = await Promise.race([loading.work, late]).finally(() => clearTimeout(timer));
    if (result !== undefined) return result;
    const events = await lengthOf(stream);
    if (events - loading.reached() < LONG) return loading.work;
    return refuse("STATE_BEING_REBUILT", undefined, { reached: String(loading.reached()), events: String(events) });
  };
}
