import { setTimeout as sleep } from "node:timers/promises";
import { type InstrumentSymbol, type LinkLoss, linkLossHeaders, subjects, type TenantId } from "@tradesage/contracts";
import { type Bus, BusUnavailable, DeadlineExceeded, Overtaken } from "@tradesage/message-bus";
import { TerminalFault } from "../terminal-fault.ts";
import { readTail } from "./tail.ts";

interface FeedName {
  readonly tenant: TenantId;
  readonly symbol: InstrumentSymbol;
}

/** A batch as the bus carries it, and what it says of itself. */
interface Stored {
  readonly payload: Uint8Array;
  readonly lineage: bigint;
  readonly sequence: bigint;
  readonly loss: LinkLoss;
}

const DEADLINE_MS = 2_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Stores a batch right behind message `after` of its feed (0: as its first), however long it takes; resolves to its
 * own number. Exactly once: a publication that seemed to fail and yet was stored is found to be there, and whatever
 * else came behind `after` (another bridge, an earlier connection's last batch) ends this connection, so that the
 * terminal resumes from what is stored. Rejects when the signal aborts.
 */
export async function store(
  bus: Pick<Bus, "publishDurable" | "lastMessage">,
  { tenant, symbol }: FeedName,
  batch: Stored,
  after: number,
  signal: AbortSignal,
): Promise<number> {
  const subject = subjects.ticks(tenant, symbol);
  const headers = linkLossHeaders(batch.loss);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BusUnavailable || error instanceof DeadlineExceeded)) throw error;
      await sleep(pause, undefined, { signal });
    }
  }

  async function attempt(): Promise<number> {
    try {
      const { sequence } = await bus.publishDurable(subject, batch.payload, {
        after,
        deadlineMs: DEADLINE_MS,
        ...(headers && { headers }),
      });
      return sequence;
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const tail = await readTail(bus, tenant, symbol);
      if (tail?.batch.epoch === batch.lineage && tail.batch.sequence === batch.sequence) return tail.message;
      throw new TerminalFault("FEED_IN_USE", `Something else was stored for ${symbol} meanwhile; resume`);
    }
  }
}
