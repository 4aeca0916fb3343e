import {
  type FeedCursor,
  type InstrumentSymbol,
  type LinkLoss,
  subjects,
  type TenantId,
  type TickBatchView,
  type TickCursor,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Meter } from "../meter.ts";
import { TerminalFault } from "../terminal-fault.ts";
import { createBacklog, type Group } from "./backlog.ts";
import type { Gaps } from "./gaps.ts";
import { createIntake } from "./intake.ts";
import { createNewest } from "./newest.ts";
import { store } from "./store.ts";
import { storedEnd } from "./stored-end.ts";
import { readTail } from "./tail.ts";

/** Ticks of one symbol on their way from one connection of a terminal to the disk. */
export interface Feed {
  /** For the welcome: where the terminal must go on. */
  readonly resume: FeedCursor | null;
  /** Takes a batch, marking ticks in its bytes; says whether it waits to be stored now, or came again. Throws a TerminalFault if it is not the next. */
  receive(batch: TickBatchView): boolean;
  /** Gives up what waits, and resolves once nothing is on its way any more. The terminal sends it again. */
  stop(): Promise<void>;
}

/** What is stored for good now: everything up to `sequence`, `ticks` of which had been waiting. */
export interface Durable {
  readonly sequence: bigint;
  readonly ticks: number;
  readonly cursor: TickCursor | null;
}

export interface FeedOptions {
  readonly bus: Pick<Bus, "publish" | "publishDurable" | "lastMessage" | "request">;
  readonly meter: Meter;
  readonly gaps: Gaps;
  readonly tenant: TenantId;
  readonly symbol: InstrumentSymbol;
  readonly lineage: bigint;
  /** Whether the ticks are of another time than now. */
  readonly replay: boolean;
  onDurable(durable: Durable): void;
  onFault(error: unknown): void;
}

/** Begins where the stream says that the feed stands or, where it holds nothing of it, the table. */
export async function openFeed(options: FeedOptions): Promise<Feed> {
  const { bus, tenant, symbol, lineage, replay } = options;
  const tail = await readTail(bus, tenant, symbol);
  const end = tail ? tail.cursor : await storedEnd(bus, tenant, symbol);
  const goesOn = tail?.batch.epoch === lineage;
  const meter = options.meter.feed(tenant, symbol);
  /** What nobody but the metrics has been told of yet. */
  let untold: LinkLoss = { repeats: 0, missing: 0 };
  const repeated = (ticks: number) => {
    meter.repeated(ticks);
    untold = { ...untold, repeats: untold.repeats + ticks };
  };
  const intake = createIntake({ tail, end, goesOn, meter: { repeated, doubted: meter.doubted } });
  const over = new AbortController();
  const backlog = createBacklog(lineage);

  let received = goesOn ? tail.batch.sequence : undefined;
  let isFirst = true;
  let durable: Durable = { sequence: received ?? 0n, ticks: 0, cursor: end ?? null };
  let message = tail?.message ?? 0;
  let storing: Promise<void> | undefined;
  const prices = createNewest();
  let isTelling = false;

  /** Prices are told as they come, and once a turn of the event loop: a flood of batches costs those who follow no more. */
  function tell(batch: TickBatchView, kept: number): void {
    if (!prices.see(batch, kept) || isTelling) return;
    isTelling = true;
    setImmediate(() => {
      isTelling = false;
      bus.publish(subjects.quotes(tenant, symbol), prices.take());
    });
  }

  /** A connection may begin behind batches that are lost for good; inside one the link cannot lose any. */
  function isNext({ sequence }: TickBatchView): boolean {
    if (sequence === 0n) throw new TerminalFault("MALFORMED_FRAME", "Sequences begin with 1");
    if (received !== undefined && sequence <= received) return false;
    const missing = sequence - (received ?? 0n) - 1n;
    if (missing === 0n) return true;
    if (!isFirst || !options.gaps.isSame(tenant, symbol, lineage, sequence))
      throw new TerminalFault("SEQUENCE_GAP", `${symbol}: ${missing} batches before ${sequence} are missing`);
    // How many a numbering has lost of which nothing is stored, nobody knows.
    if (received !== undefined) {
      meter.missed(Number(missing));
      untold = { ...untold, missing: untold.missing + Number(missing) };
    }
    return true;
  }

  /** One at a time, each right behind the one before: what was not stored can have nothing stored behind it. */
  async function storeAll(): Promise<void> {
    for (let group = backlog.take(); group; group = backlog.take()) {
      if (group.content) await storeContent(group.sequence, group.content);
      if (over.signal.aborted) return;
      durable = {
        sequence: group.sequence,
        ticks: group.received,
        cursor: group.content?.cursor ?? durable.cursor,
      };
      options.onDurable(durable);
    }
  }

  async function storeContent(sequence: bigint, { payload, ticks }: NonNullable<Group["content"]>): Promise<void> {
    const stop = options.meter.startStoring();
    const loss = untold;
    untold = { repeats: 0, missing: 0 };
    message = await store(bus, { tenant, symbol }, { payload, lineage, sequence, loss }, message, over.signal);
    stop();
    meter.stored(ticks);
  }

  return {
    resume: end ? { ...end, ...(goesOn ? { sequence: String(tail.batch.sequence) } : {}) } : null,
    receive(batch) {
      if (!isNext(batch)) {
        repeated(batch.count);
        if (batch.sequence <= durable.sequence) options.onDurable({ ...durable, ticks: 0 });
        return false;
      }
      isFirst = false;
      meter.lost(batch.lost);
      received = batch.sequence;
      const now = batch.kind === "live" && !replay ? Date.now() : Number.NaN;
      const kept = intake.take(batch, now);
      backlog.add(batch, kept);
      tell(batch, kept);
      storing ??= storeAll()
        .catch((error: unknown) => {
          if (!over.signal.aborted) options.onFault(error);
        })
        .finally(() => {
          storing = undefined;
        });
      return true;
    },
    async stop() {
      over.abort();
      await storing;
    },
  };
}
