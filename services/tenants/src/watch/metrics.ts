import type { TenantHealth } from "@tradesage/contracts";
import { Gauge, type Registry } from "prom-client";

type Measure =
  | "sizeBytes"
  | "rows"
  | "connections"
  | "eventsPerSecond"
  | "ticksPerSecond"
  | "projectionLagSeconds"
  | "slowStatementSeconds";

const measures: Readonly<Record<Measure, readonly [name: string, help: string]>> = {
  sizeBytes: ["size_bytes", "Tables, chunks and indexes on the disk of Postgres"],
  rows: ["rows", "Rows, as Postgres estimates them"],
  connections: ["connections", "Connections that work in the tenant's tables"],
  eventsPerSecond: ["events_per_second", "Events kept, since the look before"],
  ticksPerSecond: ["ticks_per_second", "Ticks written, since the look before"],
  slowStatementSeconds: ["slow_statement_seconds", "Slowest statement since the look before, but for backups"],
  projectionLagSeconds: ["projection_lag_seconds", "Age of the oldest event that is not in the read models"],
};

/** What was last seen of each tenant, and of no tenant that is no more. */
export function watchMetrics(registry: Registry, tenants: () => Iterable<TenantHealth>): void {
  const registers = [registry];
  for (const [measure, [name, help]] of Object.entries(measures) as [Measure, readonly [string, string]][])
    new Gauge({
      name: `tradesage_tenant_${name}`,
      help,
      labelNames: ["tenant"],
      registers,
      collect() {
        this.reset();
        for (const health of tenants()) this.set({ tenant: health.tenantId }, health[measure]);
      },
    });
  new Gauge({
    name: "tradesage_tenant_alarm",
    help: "1 for each alarm that stands",
    labelNames: ["tenant", "alarm"],
    registers,
    collect() {
      this.reset();
      for (const { tenantId: tenant, alarms } of tenants())
        for (const { alarm } of alarms) this.set({ tenant, alarm }, 1);
    },
  });
}
