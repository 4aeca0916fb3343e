import { setTimeout } from "node:timers/promises";
import type { Logger } from "@tradesage/telemetry";
import { type RollOutOptions, rollOutMigrations } from "./roll-out.ts";

const AGAIN_AFTER_MS = 30_000;

/**
 * Brings every tenant's schema up to what this release knows, in the background, as the process starts: commands are
 * answered meanwhile, and a tenant that cannot be migrated is told of and tried again.
 */
export function keepMigrated({
  logger,
  ...options
}: Pick<RollOutOptions, "postgres" | "eventStore"> & { readonly logger: Logger }) {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function untilAllAre(): Promise<void> {
    while (!signal.aborted) {
      if (await attempt()) return;
      await setTimeout(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async function attempt(): Promise<boolean> {
    try {
      const outcomes = await rollOutMigrations(options);
      for (const { tenantId, migrations, failure } of outcomes) {
        if (failure !== undefined) logger.error({ tenant: tenantId, migrations, failure }, "a tenant was not migrated");
        else if (migrations.length > 0) logger.info({ tenant: tenantId, migrations }, "a tenant was migrated");
      }
      return outcomes.every(({ failure }) => failure === undefined);
    } catch (error) {
      logger.warn({ err: error }, "the tenants could not be migrated; trying again");
      return false;
    }
  }

  const running = untilAllAre();
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
