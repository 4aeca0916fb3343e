import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { DestinationStream, Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import { createLogger } from "./logger.ts";
import { startTracing } from "./tracer-provider.ts";

export interface Telemetry {
  /** JSON lines; each carries `service`, and `trace_id` and `span_id` where one is active. */
  readonly logger: Logger;
  /** Holds Node's default metrics; add your own with `registers: [metrics]`. */
  readonly metrics: Registry;
  /** Sends what spans are left (at most 3 s) and stops tracing. Never throws. */
  shutdown(): Promise<void>;
}

export interface TelemetryOptions {
  readonly service: string;
  readonly version?: string;
  /** pino's levels; default `info`. */
  readonly logLevel?: string;
  /** Where log lines go; default standard output. */
  readonly logTo?: DestinationStream;
  /** Where spans go; default OTLP over HTTP if `OTEL_EXPORTER_OTLP_ENDPOINT` is set, else nowhere. */
  readonly spansTo?: SpanExporter;
}

/** Starts logs, traces and metrics of this process. Call it once, first; the tracer is registered with OpenTelemetry's API. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { service, version = "0.0.0" } = options;
  const logger = createLogger({ service, version, level: options.logLevel ?? "info", to: options.logTo });
  const tracing = startTracing({ service, version, exporter: options.spansTo, logger });
  const metrics = new Registry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });
  return {
    logger,
    metrics,
    async shutdown() {
      await tracing.stop();
      logger.flush();
    },
  };
}
