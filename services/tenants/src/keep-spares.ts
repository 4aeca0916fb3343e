import { setTimeout } from "node:timers/promises";
import { makeSpareSchema, type Postgres } from "@tradesage/postgres";
import type { Logger } from "@tradesage/telemetry";
import { Gauge, type Registry } from "prom-client";

export interface SparesOptions {
  readonly postgres: Postgres;
  /** How many schemas are kept ready. */
  readonly count: number;
  readonly logger: Logger;
  readonly metrics: Registry;
}

const LOOK_EVERY_MS = 5000;
/** To the time that one takes to make: what else is going on has three quarters of a core, and the other cores. */
const REST = 3;

/** Keeps schemas ready for tenants to come, and makes them one at a time when nobody waits for them: not as the process starts. */
export function keepSpares({ postgres, count, logger, metrics }: SparesOptions) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ready = new Gauge({
    name: "tradesage_spare_schemas",
    help: "Schemas that are ready for tenants to come, when last looked at",
    registers: [metrics],
  });

  async function keep(): Promise<void> {
    for (let rest = LOOK_EVERY_MS; count > 0; rest = await attempt()) await setTimeout(rest, undefined, { signal });
  }

  /** Makes one, if one is missing; gives the milliseconds to rest. */
  async function attempt(): Promise<number> {
    const started = performance.now();
    try {
      const standing = await makeSpareSchema(postgres, count);
      ready.set(standing);
      return standing < count ? REST * (performance.now() - started) : LOOK_EVERY_MS;
    } catch (error) {
      logger.warn({ err: error }, "no schema could be made ready; trying again");
      return LOOK_EVERY_MS;
    }
  }

  // It ends by the signal alone.
  const keeping = keep().catch(() => undefined);
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await keeping;
    },
  };
}
