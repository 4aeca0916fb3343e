import { mulberry32 } from "../mulberry32.ts";
import type { TerminalTick, TickSource } from "../terminal-tick.ts";

/** What can go wrong with a tick. */
export const tickFaults = ["crossed", "nan", "clock"] as const;
/** What can go wrong with a batch, or with the link behind it. */
export const batchFaults = ["lost", "repeat", "reorder", "cut", "half", "slow"] as const;
export type Fault = (typeof tickFaults)[number] | (typeof batchFaults)[number];

/**
 * How often what goes wrong: the share of ticks or of batches, from 0 to 1.
 *
 * - of ticks: `crossed`: the bid stands above the ask; `nan`: the bid is no number; `clock`: the clock is an hour ahead
 * - of batches: `lost`: the terminal loses the ticks before it, and says so; `repeat`: it is sent twice; `reorder`: the
 *   next one overtakes it, once; `cut`: the link ends behind it; `half`: the link ends in the middle of it; `slow`: it
 *   comes in pieces
 */
export type Misbehaviour = Readonly<Partial<Record<Fault, number>>>;

/** Decides by a seed what befalls whom; the same seed decides the same. */
export interface Chance {
  befalls(fault: Fault): boolean;
  /** A whole number from 1 to `most`. */
  upTo(most: number): number;
}

export function createChance(misbehaviour: Misbehaviour, seed: number): Chance {
  const random = mulberry32(seed);
  return {
    befalls: (fault) => (misbehaviour[fault] ?? 0) > 0 && random() < (misbehaviour[fault] ?? 0),
    upTo: (most) => 1 + Math.floor(random() * most),
  };
}

const HOUR_MS = 3_600_000;

/** The source with its ticks' faults in it. */
export async function* faulty(source: TickSource, chance: Chance): AsyncGenerator<readonly TerminalTick[]> {
  for await (const ticks of source)
    yield ticks.map((tick) => {
      if (chance.befalls("crossed")) return { ...tick, bid: tick.ask, ask: tick.bid };
      if (chance.befalls("nan")) return { ...tick, bid: Number.NaN };
      if (chance.befalls("clock")) return { ...tick, timeMsc: tick.timeMsc + HOUR_MS };
      return tick;
    });
}

/** What a link can do with a batch. */
export interface Wire {
  send(batch: Uint8Array): void;
  /** Writes it in pieces, with pauses; what is sent meanwhile follows it. */
  sendSlowly(batch: Uint8Array): void;
  /** Writes some of its frame, and cuts the link. */
  sendHalf(batch: Uint8Array): void;
  /** Writes a control message; nothing where the link has ended. */
  say(message: object): void;
  cut(): void;
}

/**
 * Sends batches as they come over one link after the other, but for what befalls them. None is overtaken twice: a
 * terminal that begins behind the same gap again says thereby that what is missing is lost.
 */
export function createSender(chance: Chance): (wire: Wire) => (batch: Uint8Array) => void {
  const wereOvertaken = new WeakSet<Uint8Array>();
  return (wire) => {
    let overtaken: Uint8Array | undefined;
    return (batch) => {
      if (!overtaken && !wereOvertaken.has(batch) && chance.befalls("reorder")) {
        wereOvertaken.add(batch);
        overtaken = batch;
        // Where no other follows there is none to overtake it.
        setImmediate(() => {
          if (overtaken === batch) wire.send(batch);
          if (overtaken === batch) overtaken = undefined;
        });
        return;
      }
      if (chance.befalls("half")) return wire.sendHalf(batch);
      if (chance.befalls("slow")) wire.sendSlowly(batch);
      else wire.send(batch);
      if (chance.befalls("repeat")) wire.send(batch);
      if (overtaken) wire.send(overtaken);
      overtaken = undefined;
      if (chance.befalls("cut")) wire.cut();
    };
  };
}
