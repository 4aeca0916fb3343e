import type { Registry } from "@tradesage/telemetry";
import { Counter, Gauge, Histogram } from "prom-client";
import { EventStoreRefused, WrongExpectedRevision } from "./errors.ts";
import type { Delivery, RecordedEvent } from "./types.ts";

type Delivered = Delivery<Pick<RecordedEvent, "position">>;

/** What a process counts of its use of the event store. */
export interface EventStoreMetrics {
  /** Measures an append, its repeats included, by its outcome. */
  append<Result>(events: number, work: () => Promise<Result>): Promise<Result>;
  repeated(operation: "append" | "read"): void;
  read(from: "stream" | "history", events: number): void;
  /** Some of what a subscription gives, all of which was handed out. */
  delivered(deliveries: readonly Delivered[]): void;
  dropped(): void;
}

/** Made once a process, since a registry takes a name once. Without a registry nothing is kept. */
export function createMetrics(registry: Registry | undefined): EventStoreMetrics {
  const registers = registry ? [registry] : [];
  const seconds = new Histogram({
    name: "tradesage_event_store_append_seconds",
    help: "From an append to its outcome, with its repeats: written, wrong_revision, refused or unavailable",
    labelNames: ["outcome"],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const appended = new Counter({
    name: "tradesage_event_store_events_appended_total",
    help: "Events that appends left in the store",
    registers,
  });
  const repeats = new Counter({
    name: "tradesage_event_store_repeats_total",
    help: "Appends and pages of reads that were begun anew",
    labelNames: ["operation"],
    registers,
  });
  const read = new Counter({
    name: "tradesage_event_store_events_read_total",
    help: "Events handed out, by where from: a stream, the history, a subscription",
    labelNames: ["from"],
    registers,
  });
  const position = new Gauge({
    name: "tradesage_event_store_subscription_position",
    help: "Everything up to this position was handed out by the subscription",
    registers,
  });
  const drops = new Counter({
    name: "tradesage_event_store_subscription_drops_total",
    help: "How often the subscription dropped, each time to be opened anew",
    registers,
  });
  return {
    async append(events, work) {
      const stop = seconds.startTimer();
      try {
        const result = await work();
        stop({ outcome: "written" });
        appended.inc(events);
        return result;
      } catch (error) {
        stop({ outcome: outcomeOf(error) });
        throw error;
      }
    },
    repeated: (operation) => repeats.inc({ operation }),
    read: (from, events) => read.inc({ from }, events),
    delivered(deliveries) {
      read.inc({ from: "subscription" }, deliveries.filter(({ kind }) => kind === "event").length);
      const last = deliveries.findLast((delivery) => delivery.kind !== "caught-up");
      if (last) position.set(Number(positionOf(last)));
    },
    dropped: () => drops.inc(),
  };
}

const positionOf = (delivery: Exclude<Delivered, { kind: "caught-up" }>): bigint =>
  delivery.kind === "event" ? delivery.event.position : delivery.position;

const outcomeOf = (error: unknown): string =>
  error instanceof WrongExpectedRevision
    ? "wrong_revision"
    : error instanceof EventStoreRefused
      ? "refused"
      : "unavailable";
