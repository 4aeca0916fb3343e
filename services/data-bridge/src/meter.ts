import type { InstrumentSymbol, TenantId } from "@tradesage/contracts";
import { doubtsOf } from "@tradesage/contracts";
import type { Registry } from "@tradesage/telemetry";
import { Counter, Gauge, Histogram } from "prom-client";

/** What is counted of one feed. Loss in the terminal and loss on the link are two things. */
export interface FeedMeter {
  /** Ticks that are stored for good. */
  stored(ticks: number): void;
  /** Ticks that came again and were dropped. */
  repeated(ticks: number): void;
  /** Ticks that the terminal says it lost. */
  lost(ticks: number): void;
  /** Batches that never arrived. */
  missed(batches: number): void;
  /** A tick was marked with these bits. */
  doubted(quality: number): void;
}

export interface Meter {
  feed(tenant: TenantId, symbol: InstrumentSymbol): FeedMeter;
  ended(code: string): void;
  /** Of one batch, from its first sending to the disk. */
  startStoring(): () => void;
}

export function createMeter(metrics: Registry, countTerminals: () => number): Meter {
  const registers = [metrics];
  const perFeed = (name: string, help: string) =>
    new Counter({ name: `tradesage_bridge_${name}_total`, help, labelNames: ["tenant", "symbol"], registers });
  const stored = perFeed("ticks", "Ticks stored for good");
  const repeated = perFeed("repeats", "Ticks that came again and were dropped");
  const lost = perFeed("lost_in_terminal", "Ticks that terminals say they lost");
  const missed = perFeed("missing_batches", "Batches that never arrived over the link");
  const doubted = new Counter({
    name: "tradesage_bridge_doubts_total",
    help: "Ticks marked as doubtful, by reason",
    labelNames: ["tenant", "symbol", "doubt"],
    registers,
  });
  const ended = new Counter({
    name: "tradesage_bridge_ended_total",
    help: "Terminal connections that ended, by reason",
    labelNames: ["code"],
    registers,
  });
  const storing = new Histogram({
    name: "tradesage_bridge_store_seconds",
    help: "Time until a batch was on the disk of the bus",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  new Gauge({
    name: "tradesage_bridge_terminals",
    help: "Connected terminals",
    registers,
    collect() {
      this.set(countTerminals());
    },
  });
  return {
    feed(tenant, symbol) {
      const labels = { tenant, symbol };
      const counterOf = (counter: typeof stored) => {
        const child = counter.labels(labels);
        return (count: number) => {
          if (count > 0) child.inc(count);
        };
      };
      return {
        stored: counterOf(stored),
        repeated: counterOf(repeated),
        lost: counterOf(lost),
        missed: counterOf(missed),
        doubted(quality) {
          for (const doubt of doubtsOf(quality)) doubted.inc({ ...labels, doubt });
        },
      };
    },
    ended: (code) => ended.inc({ code }),
    startStoring: () => storing.startTimer(),
  };
}
