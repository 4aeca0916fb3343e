import { setTimeout as sleep } from "node:timers/promises";
import type { TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import { type Postgres, TenantNotProvisioned } from "@tradesage/postgres";
import type { Logger, Registry } from "@tradesage/telemetry";
import { Counter, Gauge } from "prom-client";
import { compressionOf, compressOld } from "./compression.ts";
import { dropOld } from "./drop-old.ts";
import { retentionOf } from "./settings.ts";

export interface KeeperOptions {
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly postgres: Postgres;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly signal: AbortSignal;
  /** Between two rounds over all tenants. */
  readonly everyMs: number;
}

/** Drops what is older than each tenant keeps it, and compresses what is old where the database can; until the signal. */
export async function keepRetention(options: KeeperOptions): Promise<void> {
  const { postgres, logger, signal, everyMs } = options;
  const registers = [options.metrics];
  const dropped = new Counter({
    name: "tradesage_retention_dropped_chunks_total",
    help: "Chunks dropped because they were old",
    labelNames: ["kind"],
    registers,
  });
  const failed = new Counter({ name: "tradesage_retention_failures_total", help: "Tenants passed over", registers });
  const finished = new Gauge({
    name: "tradesage_retention_finished_timestamp_seconds",
    help: "When a round over all tenants last ended",
    registers,
  });

  async function keep(tenant: TenantId, compresses: boolean): Promise<void> {
    const settings = await retentionOf(options.eventStore, tenant);
    for (const { kind, chunks, before } of await dropOld(postgres, tenant, settings ?? new Map(), new Date())) {
      dropped.inc({ kind }, chunks);
      logger.info({ tenant, kind, chunks, before }, "old market data was dropped, as the tenant's retention says");
    }
    if (compresses) await compressOld(postgres, tenant);
  }

  async function round(): Promise<void> {
    const compresses = (await compressionOf(postgres)) === "available";
    const tenants = await postgres.platform((db) => db.selectFrom("tenants").select("tenant_id").execute());
    for (const { tenant_id: tenant } of tenants) {
      if (signal.aborted) return;
      await keep(tenant, compresses).catch((error: unknown) => {
        if (error instanceof TenantNotProvisioned) return;
        failed.inc();
        logger.warn({ err: error, tenant }, "retention of a tenant failed; the next round tries again");
      });
    }
    finished.setToCurrentTime();
  }

  while (!signal.aborted) {
    await round().catch((error: unknown) =>
      logger.warn({ err: error }, "retention failed; the next round tries again"),
    );
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
