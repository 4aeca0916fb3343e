import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type FeedCursor,
  type Hello,
  type InstrumentSymbol,
  MAX_TICKS_PER_BATCH,
  type TerminalSymbol,
  type TickBatchKind,
  type Welcome,
} from "@tradesage/contracts";
import { specificationOf } from "../specifications.ts";
import type { TerminalTick, TickSource } from "../terminal-tick.ts";
import { holdLink } from "./link.ts";
import { createChance, createSender, faulty, type Misbehaviour } from "./misbehaviour.ts";
import { createOutbox } from "./outbox.ts";
import { createPace, type Speed } from "./pace.ts";
import { type EndCode, TerminalEnded } from "./terminal-ended.ts";

export interface TerminalOptions {
  /** The bridge's: `ws://127.0.0.1:7401/terminal`. */
  readonly url: string;
  /** A terminal key; it says the tenant. */
  readonly key: string;
  /** By name, with the specification that a usual broker has, or in full. */
  readonly symbols: readonly (InstrumentSymbol | TerminalSymbol)[];
  readonly source: TickSource;
  /** Default `max`. */
  readonly speed?: Speed;
  /** Default `live`. */
  readonly kind?: TickBatchKind;
  /** Whether the ticks are of another time than now, so that their age is no fault; default true. */
  readonly replay?: boolean;
  /** Ticks in a batch at most; default 1000. */
  readonly maxBatch?: number;
  /** The broker's clock minus UTC; default 0. */
  readonly utcOffsetSeconds?: number;
  /** The broker's clock is moved once, as in spring and autumn: the source's times are of the clock as it was. */
  readonly clockChange?: { readonly afterTicks: number; readonly utcOffsetSeconds: number };
  /** What the broker writes behind a symbol's name. */
  readonly suffix?: string;
  readonly misbehaviour?: Misbehaviour;
  /** Of the misbehaviour; default 1. */
  readonly seed?: number;
  /** Login and server are the terminal; one that comes again takes over from its old connection. Default: a new one. */
  readonly login?: number;
  readonly server?: string;
  /** Give up after so long without the bridge; never unless told. */
  readonly giveUpMs?: number;
  readonly onProgress?: (progress: TerminalProgress) => void;
  /** Ends it early, and at once. */
  readonly signal?: AbortSignal;
}

/** Counted in ticks. */
export interface TerminalProgress {
  /** Taken from the source. */
  readonly read: number;
  /** Not sent: the feed holds ticks of their time or later already. */
  readonly skipped: number;
  /** Lost inside the terminal, as it is told to misbehave. */
  readonly lost: number;
  /** Stored for good, as the bridge says. */
  readonly acknowledged: number;
  readonly connected: boolean;
  /** Times that the link was lost, or not had. */
  readonly reconnects: number;
  /** Why the link ended last. */
  readonly lastEnd?: { readonly code: EndCode; readonly detail: string };
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Another terminal holds the feed; it may be just about to leave. */
const FEED_IN_USE_ATTEMPTS = 5;

/**
 * Plays a terminal: says HELLO, sends the source's ticks, comes back whenever the link is lost, and sends again what
 * was not acknowledged. Resolves when the source has ended and every tick of it is stored, or when the signal aborts.
 * Throws TerminalEnded when the bridge refuses for good.
 */
export async function runTerminal(options: TerminalOptions): Promise<TerminalProgress> {
  const { speed = "max", maxBatch = MAX_TICKS_PER_BATCH, utcOffsetSeconds = 0, clockChange, onProgress } = options;
  const chance = createChance(options.misbehaviour ?? {}, options.seed ?? 1);
  const sender = createSender(chance);
  const pause = createPace(speed);
  const hello = helloOf(options);
  const done = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, done.signal]) : done.signal;
  const indexOf = new Map(hello.symbols.map(({ symbol }, index) => [symbol, index]));
  const welcomed = Promise.withResolvers<Welcome>();
  let progress: TerminalProgress = { read: 0, skipped: 0, lost: 0, acknowledged: 0, connected: false, reconnects: 0 };
  let pump = () => {};

  const report = (change: Partial<TerminalProgress>) => {
    progress = { ...progress, ...change };
    onProgress?.(progress);
  };
  const outbox = createOutbox({
    epoch: BigInt(hello.epoch),
    kind: options.kind ?? "live",
    onAcknowledged: (ticks) => report({ acknowledged: progress.acknowledged + ticks }),
  });

  async function stayConnected(): Promise<void> {
    let wait = FIRST_PAUSE_MS;
    let inUse = 0;
    let lastUp = Date.now();
    while (!signal.aborted) {
      const end = await holdLink({
        ...{ url: options.url, key: options.key, hello, signal },
        onWelcome(welcome, wire) {
          outbox.resume(welcome.cursors);
          const send = sender(wire);
          pump = () => {
            for (let batch = outbox.next(welcome.window); batch; batch = outbox.next(welcome.window)) send(batch);
          };
          report({ connected: true });
          welcomed.resolve(welcome);
          pump();
        },
        onAck({ symbolIndex, sequence }) {
          outbox.acknowledge(symbolIndex, BigInt(sequence));
          pump();
        },
      });
      pump = () => {};
      if (signal.aborted) return;
      const { code, detail } = end;
      report({ connected: false, reconnects: progress.reconnects + 1, lastEnd: { code, detail } });
      if (end.welcomed) [wait, lastUp, inUse] = [FIRST_PAUSE_MS, Date.now(), 0];
      inUse = code === "FEED_IN_USE" ? inUse + 1 : 0;
      const isTooLong = Date.now() - lastUp > (options.giveUpMs ?? Number.POSITIVE_INFINITY);
      if (!end.retry || isTooLong || inUse >= FEED_IN_USE_ATTEMPTS) throw new TerminalEnded(code, detail);
      await sleep(wait * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
      wait = Math.min(2 * wait, LONGEST_PAUSE_MS);
    }
  }

  async function sendAll(): Promise<void> {
    const { cursors, window } = await welcomed.promise;
    const isKnown = createSkip(cursors, utcOffsetSeconds);
    const open = hello.symbols.map((): TerminalTick[] => []);
    let clock = utcOffsetSeconds;

    async function flush(index: number): Promise<void> {
      const ticks = open[index] ?? [];
      const lost = ticks.length > 1 && chance.befalls("lost") ? chance.upTo(ticks.length - 1) : 0;
      ticks.splice(0, lost);
      if (ticks.length === 0) return;
      open[index] = [];
      progress = { ...progress, lost: progress.lost + lost };
      await outbox.atMost(window - ticks.length, signal);
      outbox.add(
        index,
        ticks.map((tick) => ({ ...tick, timeMsc: tick.timeMsc + (clock - utcOffsetSeconds) * 1000, quality: 0 })),
        { utcOffsetSeconds: clock, lost },
      );
      pump();
    }
    const flushAll = async () => {
      for (const index of open.keys()) await flush(index);
    };

    for await (const ticks of faulty(options.source, chance)) {
      for (const tick of ticks) {
        signal.throwIfAborted();
        const index = indexOf.get(tick.symbol);
        if (index === undefined) throw new RangeError(`${tick.symbol} is not among the terminal's symbols`);
        const skip = isKnown(index, tick);
        progress = { ...progress, read: progress.read + 1, skipped: progress.skipped + (skip ? 1 : 0) };
        if (clockChange && progress.read === clockChange.afterTicks + 1) {
          await flushAll();
          clock = clockChange.utcOffsetSeconds;
        }
        if (skip) continue;
        const wait = pause(tick.timeMsc);
        if (wait >= 1) {
          await flushAll();
          await sleep(wait, undefined, { signal });
        }
        if ((open[index]?.push(tick) ?? 0) >= maxBatch) await flush(index);
      }
      await flushAll();
      report({});
    }
    await outbox.atMost(0, signal);
  }

  try {
    await Promise.race([sendAll(), stayConnected()]);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
  } finally {
    done.abort();
  }
  return progress;
}

function helloOf(options: TerminalOptions): Hello {
  return {
    type: "hello",
    protocol: 1,
    role: "feed",
    login: options.login ?? randomInt(10_000_000, 100_000_000),
    server: options.server ?? "Simulator",
    marginMode: "netting",
    build: 1,
    utcOffsetSeconds: options.utcOffsetSeconds ?? 0,
    epoch: String(randomInt(1, 2 ** 48 - 1)),
    replay: options.replay ?? true,
    symbols: options.symbols.map((symbol) => {
      const specification = typeof symbol === "string" ? specificationOf(symbol) : symbol;
      return { ...specification, name: `${specification.name}${options.suffix ?? ""}` };
    }),
  };
}

/** Whether the feed holds a tick already, as a terminal knows from the cursors where it begins a new numbering. */
function createSkip(
  cursors: readonly (FeedCursor | null)[],
  utcOffsetSeconds: number,
): (index: number, tick: TerminalTick) => boolean {
  const until = [...cursors];
  return (index, { timeMsc, ordinal }) => {
    const cursor = until[index];
    if (!cursor) return false;
    const utc = timeMsc - utcOffsetSeconds * 1000;
    if (utc < cursor.timeMsc || (utc === cursor.timeMsc && ordinal <= cursor.ordinal)) return true;
    until[index] = null;
    return false;
  };
}
