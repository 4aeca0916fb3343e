import type { Registry } from "@tradesage/telemetry";
import { Gauge, Histogram } from "prom-client";

/** Counts requests: how many are in work, how long each operation takes. */
export interface HttpMeter {
  /** Of one request; the answer tells how it ended. */
  begin(operation: string): (status: number) => void;
  /** Requests in work. */
  inWork(): number;
}

export function createHttpMeter(metrics: Registry): HttpMeter {
  const seconds = new Histogram({
    name: "tradesage_http_request_seconds",
    help: "Time from request to answer",
    labelNames: ["operation", "status"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [metrics],
  });
  let count = 0;
  new Gauge({
    name: "tradesage_http_requests_in_work",
    help: "Requests that are not answered yet",
    registers: [metrics],
    collect() {
      this.set(count);
    },
  });
  return {
    begin(operation) {
      const stop = seconds.startTimer({ operation });
      count++;
      return (status) => {
        count--;
        stop({ status: String(status) });
      };
    },
    inWork: () => count,
  };
}
