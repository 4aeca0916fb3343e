export type { Logger } from "pino";
export type { Registry } from "prom-client";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./start-telemetry.ts";
export { continueTrace, currentTraceparent, SpanKind, withSpan } from "./tracing.ts";
