import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { parseTraceParent } from "@opentelemetry/core";

export { SpanKind };

/**
 * Runs `work` inside a span, child of the active one. What `work` throws is recorded on the span and thrown on.
 * `name` is one of few (`append`), never an id: ids are attributes. In a trace that nobody records the first span of a
 * process stands for those within, since a sampler leaves out what belongs to it (OpenTelemetry's `ParentBased`).
 */
export async function withSpan<Result>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<Result> | Result,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<Result> {
  const active = trace.getActiveSpan();
  if (active && isUnrecorded(active)) return work(active);
  return trace.getTracer("tradesage").startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      span.recordException(error instanceof Error ? error : message);
      span.setStatus({ code: SpanStatusCode.ERROR, message });
      throw error;
    } finally {
      span.end();
    }
  });
}

function isUnrecorded(span: Span): boolean {
  const { isRemote = false, traceFlags } = span.spanContext();
  return !isRemote && (traceFlags & TraceFlags.SAMPLED) === 0;
}

/** The active span as a W3C `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header), if there is one. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}

/**
 * Runs `work` as part of the trace that `traceparent` names; without one, or with one that is malformed, as the
 * beginning of a trace of its own, whatever span happened to be active where the message was received.
 */
export function continueTrace<Result>(traceparent: string | undefined, work: () => Result): Result {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
  const outer = parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
  return context.with(outer, work);
}
