import { hash } from "node:crypto";
import { setInterval } from "node:timers/promises";
import type { TenantId } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { Cron } from "croner";

export interface ScheduleOptions {
  /** A cron expression, in UTC, or NEVER. */
  readonly expression: string;
  /** Tenants are spread over so many seconds after each time. */
  readonly spreadSeconds: number;
  readonly tenants: () => Promise<readonly TenantId[]>;
  /** Since when a tenant is here: no earlier time is made up for it. */
  readonly since: (tenant: TenantId) => Promise<Date>;
  /** Does what is due for a time of the schedule; false: not yet, and it is asked again. May be repeated. */
  readonly ask: (tenant: TenantId, time: Date) => Promise<boolean>;
  readonly logger: Logger;
}

/** As an expression. An empty setting is none, and has its default. */
export const NEVER = "never";
const LOOK_EVERY_MS = 15_000;
/** A time that was missed, since nothing ran, is made up for so long after it. */
const MADE_UP_FOR_MS = 12 * 60 * 60 * 1000;

/** How long after each time a tenant has its turn: the same each time, another for each tenant. */
export function delayMs(tenant: TenantId, spreadSeconds: number): number {
  const share = Number.parseInt(hash("sha256", tenant).slice(0, 8), 16) / 2 ** 32;
  return Math.floor(share * spreadSeconds * 1000);
}

/** Gives a function that asks for every tenant whose turn has come, once for each time; one that fails holds up no other. */
export function createSchedule(options: ScheduleOptions): (now: Date, signal: AbortSignal) => Promise<void> {
  const { expression, spreadSeconds, tenants, since, ask, logger } = options;
  const cron = new Cron(expression, { timezone: "UTC", paused: true });
  /** When each tenant's next turn comes, once it is done for the last: until then its times are not even reckoned. */
  const nextTurn = new Map<TenantId, number>();

  async function look(tenant: TenantId, now: Date): Promise<void> {
    if (now.getTime() < (nextTurn.get(tenant) ?? 0)) return;
    const delay = delayMs(tenant, spreadSeconds);
    const [time] = cron.previousRuns(1, new Date(now.getTime() - delay));
    if (!time || !(await isDone(tenant, time, time.getTime() + delay, now))) return;
    const next = cron.nextRun(time);
    nextTurn.set(tenant, next ? next.getTime() + delay : Number.POSITIVE_INFINITY);
  }

  async function isDone(tenant: TenantId, time: Date, due: number, now: Date): Promise<boolean> {
    if (now.getTime() - due > MADE_UP_FOR_MS || (await since(tenant)).getTime() > due) return true;
    return ask(tenant, time);
  }

  return async (now, signal) => {
    for (const tenant of await tenants()) {
      if (signal.aborted) return;
      await look(tenant, now).catch((error: unknown) =>
        logger.warn({ tenant, err: error }, "what was due by the schedule could not be asked for"),
      );
    }
  };
}

/** Follows a schedule from now on, whoever else does and whatever was restarted. */
export function startSchedule(options: ScheduleOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(): Promise<void> {
    const look = createSchedule(options);
    const once = () =>
      look(new Date(), signal).catch((error: unknown) =>
        options.logger.warn({ err: error }, "the tenants of the schedule are not known"),
      );
    await once();
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal })) await once();
  }
  const running = options.expression === NEVER ? Promise.resolve() : run().catch(() => undefined);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
