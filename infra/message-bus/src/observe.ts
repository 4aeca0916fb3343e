import { type Registry, SpanKind, withSpan } from "@tradesage/telemetry";
import { Histogram } from "prom-client";

/** Runs what asks or serves a request inside a span, and measures how long it takes and how it ends. */
export type Observe = <Result>(
  side: "request" | "serve",
  subject: string,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Measures as `tradesage_bus_request_seconds{side,subject,outcome}`, where that is kept; the outcome is `ok` or a code. */
export function createObserve(metrics: Registry | undefined): Observe {
  const seconds = metrics && createSeconds(metrics);
  return (side, subject, work) => {
    const family = familyOf(subject);
    const attributes = { "messaging.system": "nats", "messaging.destination.name": subject };
    const kind = side === "request" ? SpanKind.CLIENT : SpanKind.SERVER;
    const measured = seconds ? () => timed(seconds.startTimer({ side, subject: family }), work) : work;
    return withSpan(`${side} ${family}`, attributes, measured, kind);
  };
}

const createSeconds = (metrics: Registry) =>
  new Histogram({
    name: "tradesage_bus_request_seconds",
    help: "Time from a request on the bus to its answer",
    labelNames: ["side", "subject", "outcome"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [metrics],
  });

async function timed<Result>(
  stop: (labels: { outcome: string }) => unknown,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    stop({ outcome: "ok" });
    return result;
  } catch (error) {
    stop({ outcome: codeOf(error) });
    throw error;
  }
}

/** `cmd.trading` of `cmd.trading.acme.PlaceOrder.3`: few enough to count by. */
const familyOf = (subject: string): string => subject.split(".", 2).join(".");

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "INTERNAL";
