import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Written } from "./write-ticks.ts";

export function tickMetrics(registry: Registry) {
  const registers = [registry];
  const inserted = new Counter({ name: "tradesage_ticks_written_total", help: "Ticks written", registers });
  const repeated = new Counter({
    name: "tradesage_ticks_repeated_total",
    help: "Ticks that were there already",
    registers,
  });
  const lag = new Gauge({
    name: "tradesage_ticks_lag_milliseconds",
    help: "Age of the newest batch when it was committed",
    registers,
  });
  const seconds = new Histogram({
    name: "tradesage_ticks_transaction_seconds",
    help: "Duration of a tenant's transaction",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  return {
    time: () => seconds.startTimer(),
    wrote(written: Written) {
      inserted.inc(written.inserted);
      repeated.inc(written.repeated);
    },
    lag: (ms: number) => lag.set(Math.max(0, ms)),
  };
}
