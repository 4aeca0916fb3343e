import { hash } from "node:crypto";
import { setInterval } from "node:timers/promises";
import type { CommandHandler } from "@tradesage/command-handler";
import { Refused, type TenantId } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { Cron } from "croner";

export interface ScheduleOptions {
  /** A cron expression, in UTC; empty for none. */
  readonly expression: string;
  /** Tenants are spread over so many seconds after each time. */
  readonly spreadSeconds: number;
  readonly tenants: () => Promise<readonly TenantId[]>;
  readonly handler: CommandHandler;
  readonly logger: Logger;
}

const LOOK_EVERY_MS = 15_000;
/** A time that was missed, since nothing ran, is made up for so long after it. */
const MADE_UP_FOR_MS = 12 * 60 * 60 * 1000;

/** When a tenant's backup of the last scheduled time is due: the same each time, another for each tenant. */
export function dueAt(time: Date, tenant: TenantId, spreadSeconds: number): Date {
  const share = Number.parseInt(hash("sha256", tenant).slice(0, 8), 16) / 2 ** 32;
  return new Date(time.getTime() + Math.floor(share * spreadSeconds * 1000));
}

/** Requests a full backup of every tenant at each time of the schedule, once, whoever else does and whatever was restarted. */
export function startSchedule({ expression, spreadSeconds, tenants, handler, logger }: ScheduleOptions) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const cron = expression === "" ? undefined : new Cron(expression, { timezone: "UTC", paused: true });
  /** The last time for which a tenant was asked. */
  const asked = new Map<TenantId, number>();

  async function look(now: Date): Promise<void> {
    const [time] = cron?.previousRuns(1, now) ?? [];
    if (!time || now.getTime() - time.getTime() > MADE_UP_FOR_MS) return;
    for (const tenant of await tenants()) {
      if (signal.aborted) return;
      if (asked.get(tenant) === time.getTime() || dueAt(time, tenant, spreadSeconds) > now) continue;
      await request(tenant, time).catch((error: unknown) => {
        // One that runs already will do.
        if (!(error instanceof Refused)) throw error;
      });
      asked.set(tenant, time.getTime());
    }
  }

  async function request(tenant: TenantId, time: Date): Promise<void> {
    const name = `scheduled-${time.toISOString().slice(0, 16).replace(/\D/g, "")}`;
    await handler.handle({
      command: "RequestBackup",
      data: { tenantId: tenant, backupId: name, kind: "full" },
      tenant,
      actor: "service:backups",
      idempotencyKey: name,
      correlation: name,
      at: new Date().toISOString(),
    });
  }

  async function run(): Promise<void> {
    if (!cron) return;
    const once = () =>
      look(new Date()).catch((error: unknown) => logger.warn({ err: error }, "scheduled backups were not requested"));
    await once();
    for await (const _ of setInterval(LOOK_EVERY_MS, undefined, { signal })) await once();
  }
  const running = run().catch(() => undefined);
  return {
    async stop(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
}
