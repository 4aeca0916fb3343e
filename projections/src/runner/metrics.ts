import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Lane } from "./lane.ts";

/** What the runner counts. `lanes` are asked at each scrape. */
export function runnerMetrics(registry: Registry, lanes: ReadonlyMap<string, Lane>) {
  const registers = [registry];
  const events = new Counter({
    name: "tradesage_projection_events_total",
    help: "Events written to read models",
    registers,
  });
  const batches = new Histogram({
    name: "tradesage_projection_batch_events",
    help: "Events written in one transaction",
    buckets: [1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  const delay = new Histogram({
    name: "tradesage_projection_delay_seconds",
    help: "From an event's append to its commit in the read models, of the oldest of each batch",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  const failures = new Counter({
    name: "tradesage_projection_failures_total",
    help: "Batches that could not be written, by tenant",
    labelNames: ["tenant"],
    registers,
  });
  new Gauge({
    name: "tradesage_projection_lanes",
    help: "Scopes (tenants, and the platform) by the state of their projection",
    labelNames: ["state"],
    registers,
    collect() {
      for (const state of ["idle", "working", "waiting", "stopped"] as const) {
        this.set({ state }, [...lanes.values()].filter((lane) => lane.state === state).length);
      }
    },
  });
  new Gauge({
    name: "tradesage_projection_stopped",
    help: "1 for each tenant whose projection is stopped at an event that cannot be written",
    labelNames: ["tenant"],
    registers,
    collect() {
      this.reset();
      for (const [tenant, { state }] of lanes) if (state === "stopped") this.set({ tenant }, 1);
    },
  });
  new Gauge({
    name: "tradesage_projection_lag_seconds",
    help: "Age of the oldest event that is not in the read models yet; 0 when all are",
    registers,
    collect() {
      const oldest = [...lanes.values()].map((lane) => lane.oldest?.getTime() ?? Number.POSITIVE_INFINITY);
      this.set(Math.max(0, Date.now() - Math.min(Date.now(), ...oldest)) / 1000);
    },
  });
  return {
    written(count: number, oldest: Date): void {
      events.inc(count);
      batches.observe(count);
      delay.observe(Math.max(0, Date.now() - oldest.getTime()) / 1000);
    },
    failed: (tenant: string) => failures.inc({ tenant }),
  };
}
