import { setInterval } from "node:timers/promises";
import type { CommandHandler } from "@tradesage/command-handler";
import type { TenantAlarm, TenantHealth, TenantId } from "@tradesage/contracts";
import type { EventStore } from "@tradesage/event-store";
import type { Postgres } from "@tradesage/postgres";
import type { Logger, Registry } from "@tradesage/telemetry";
import { reportAlarms } from "./alarm-commands.ts";
import { alarmsOf, type Thresholds } from "./alarms.ts";
import { historyLag } from "./history-lag.ts";
import { watchMetrics } from "./metrics.ts";
import { readStanding } from "./read-standing.ts";
import { type Sample, tenantSampler } from "./sample.ts";
import { type StatementSample, slowestSince, statementSampler } from "./slowest-since.ts";

export interface WatchOptions {
  readonly eventStore: Pick<EventStore, "head" | "readPages">;
  readonly postgres: Postgres;
  readonly tenant: Pick<CommandHandler, "handle">;
  readonly everySeconds: number;
  readonly thresholds: Thresholds;
  readonly logger: Logger;
  readonly metrics: Registry;
}

export interface Watch {
  /** What was last seen of a tenant. */
  of(tenant: TenantId): TenantHealth | undefined;
  all(): readonly TenantHealth[];
  stop(): Promise<void>;
}

interface Look {
  readonly at: number;
  readonly events: number;
  readonly ticks: number;
}

/** Looks at every tenant now and then, and tells a tenant which of its alarms stand. */
export function watchTenants({ eventStore, postgres, tenant, logger, metrics, ...options }: WatchOptions): Watch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const sampleTenants = tenantSampler(postgres);
  const sampleStatements = statementSampler(postgres);
  const lag = historyLag(eventStore, postgres);
  let seen = new Map<TenantId, TenantHealth>();
  let looks = new Map<TenantId, Look>();
  let statements: readonly StatementSample[] | undefined;
  watchMetrics(metrics, () => seen.values());

  async function look(): Promise<void> {
    const samples = await sampleTenants();
    await lag.readOn().catch((error: unknown) => logger.warn({ err: error }, "new events were not counted"));
    const standing = await readStanding(postgres);
    const ran = await sampleStatements();
    const slowest = slowestSince(statements, ran);
    const next = { seen: new Map<TenantId, TenantHealth>(), looks: new Map<TenantId, Look>() };
    for (const sample of samples) {
      if (signal.aborted) return;
      const told = standing.get(sample.tenantId);
      // Not active yet, or not for long any more.
      if (told === undefined) continue;
      const { createdAt, alarms: before, thresholds: own, ...backups } = told;
      const now = Date.now();
      const slowStatementSeconds = slowest.get(sample.tenantId) ?? 0;
      const measured = { ...(await measure(sample, now, next.looks)), slowStatementSeconds, ...backups };
      const thresholds = { ...options.thresholds, ...own };
      const alarms = alarmsOf(measured, Date.parse(createdAt), thresholds);
      next.seen.set(sample.tenantId, { ...measured, alarms, thresholds });
      if (areOthers(alarms, before)) await tenant.handle(reportAlarms(sample.tenantId, alarms, measured.at));
    }
    ({ seen, looks } = next);
    statements = ran;
  }

  async function measure({ ticksWritten, ...sample }: Sample, now: number, kept: Map<TenantId, Look>) {
    const { tenantId } = sample;
    const events = lag.count(tenantId);
    const before = looks.get(tenantId);
    kept.set(tenantId, { at: now, events, ticks: ticksWritten });
    const perSecond = (count: number, then: number | undefined) =>
      before === undefined || then === undefined ? 0 : rate(Math.max(0, count - then), now - before.at);
    return {
      ...sample,
      at: new Date(now).toISOString(),
      eventsPerSecond: perSecond(events, before?.events),
      ticksPerSecond: perSecond(ticksWritten, before?.ticks),
      projectionLagSeconds: await lag.lag(tenantId, now),
    };
  }

  async function lookNowAndThen(): Promise<void> {
    const attempt = () =>
      look().catch((error: unknown) => logger.warn({ err: error }, "the tenants were not looked at"));
    await attempt();
    for await (const _ of setInterval(options.everySeconds * 1000, undefined, { signal })) await attempt();
  }
  const looking = lookNowAndThen().catch(() => undefined);

  return {
    of: (tenantId) => seen.get(tenantId),
    all: () => [...seen.values()],
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}

const areOthers = (alarms: TenantHealth["alarms"], before: readonly TenantAlarm[]) =>
  alarms.length !== before.length || alarms.some(({ alarm }) => !before.includes(alarm));

/** To a hundredth. */
const rate = (count: number, ms: number) => Math.round((count / Math.max(1, ms)) * 100_000) / 100;
