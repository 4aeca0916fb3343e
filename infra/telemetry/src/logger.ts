import { trace } from "@opentelemetry/api";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import { redact } from "./redact.ts";

interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level: string;
  readonly to: DestinationStream | undefined;
}

export function createLogger({ service, version, level, to }: LoggerOptions): Logger {
  // Written at once, so that the last words of a dying process are not lost; pino falls silent when the reader is gone (EPIPE).
  const stream = to ?? destination({ fd: 1, sync: true });
  return pino(
    {
      level,
      base: { service, version, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: activeSpan,
      hooks: { streamWrite: redact },
    },
    stream,
  );
}

function activeSpan() {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
