import {
  type InstrumentSymbol,
  linkLossOf,
  nameOfToken,
  Refused,
  readTicks,
  type TenantId,
} from "@tradesage/contracts";
import { type Bus, type DurableBatch, StreamRewound, tickProjection } from "@tradesage/message-bus";
import { type Postgres, TenantNotProvisioned } from "@tradesage/postgres";
import type { Logger, Registry } from "@tradesage/telemetry";
import { inParallel } from "../in-parallel.ts";
import { tickMetrics } from "./metrics.ts";
import type { NumberedBatch } from "./sort-ticks.ts";
import { forgetSequences, startOf } from "./start.ts";
import { type Written, writeTicks } from "./write-ticks.ts";

export interface TickProjectionOptions {
  readonly bus: Bus;
  readonly postgres: Postgres;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly signal: AbortSignal;
  /** Told of each transaction once it is committed. */
  readonly onWritten: (tenant: TenantId, written: Written) => void;
}

/** A trickle is gathered for a moment; a flood is written as it comes, in ever larger transactions up to 16 MiB. */
const BATCH = { maxMessages: 512, maxBytes: 16 * 1024 * 1024, maxWaitMs: 20, enoughBytes: 256 * 1024 };
/** Tenants that are written at once. */
const WRITERS = 2;
const FIRST_PAUSE_MS = 100;
const LAST_PAUSE_MS = 5_000;

/**
 * Writes every tick batch of the stream into its tenant's tables, in order, until the signal aborts. What fails is
 * tried again from the last checkpoint; nothing is passed over but what is no batch at all or has no tenant.
 */
export async function runTickProjection(options: TickProjectionOptions): Promise<void> {
  const { bus, postgres, logger, signal } = options;
  const measured = tickMetrics(options.metrics);
  const start = startOf(postgres);
  let pause = FIRST_PAUSE_MS;

  async function write(tenant: TenantId, batches: readonly NumberedBatch[]): Promise<void> {
    const stop = measured.time();
    const written = await writeTicks(postgres, tenant, batches).catch((error: unknown) => {
      if (!(error instanceof TenantNotProvisioned)) throw error;
      logger.error({ tenant, batches: batches.length }, "ticks of a tenant that does not exist");
      return undefined;
    });
    stop();
    if (written === undefined) return;
    measured.wrote(written);
    options.onWritten(tenant, written);
  }

  while (!signal.aborted) {
    try {
      const startSequence = Number(await start.load()) + 1;
      for await (const batch of bus.consume(tickProjection, { startSequence, signal, ...BATCH })) {
        await inParallel(WRITERS, byTenant(batch, logger), ([tenant, batches]) => write(tenant, batches));
        await start.save(BigInt(batch.lastSequence));
        measured.lag(Date.now() - (batch.messages.at(-1)?.at.getTime() ?? Date.now()));
        pause = FIRST_PAUSE_MS;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof StreamRewound) {
        logger.warn(
          { err: error },
          "the stream of ticks has begun anew; ticks are told apart by their identity from here",
        );
        await forgetSequences(postgres).catch((cause: unknown) => logger.warn({ err: cause }, "trying again"));
      } else logger.warn({ err: error, pause }, "ticks cannot be written now; trying again from the checkpoint");
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LAST_PAUSE_MS);
    }
  }
}

/** The batches of each tenant, in the stream's order. */
function byTenant({ messages }: DurableBatch, logger: Logger): Map<TenantId, NumberedBatch[]> {
  const tenants = new Map<TenantId, NumberedBatch[]>();
  for (const { subject, payload, sequence, headers } of messages) {
    const [, tenant = "", token = ""] = subject.split(".");
    const symbol: InstrumentSymbol = nameOfToken(token);
    try {
      const numbered = { symbol, batch: readTicks(payload), sequence, ...linkLossOf(headers) };
      const known = tenants.get(tenant);
      if (known) known.push(numbered);
      else tenants.set(tenant, [numbered]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      logger.error({ err: error, subject, sequence }, "a message of the stream is no tick batch and was passed over");
    }
  }
  return tenants;
}
