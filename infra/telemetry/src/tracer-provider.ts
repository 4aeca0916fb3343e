import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

interface TracingOptions {
  readonly service: string;
  readonly version: string;
  readonly exporter: SpanExporter | undefined;
  readonly logger: Logger;
}

/** With no exporter spans are not recorded, yet have ids: logs and headers still tell one request from another. */
export function startTracing({ service, version, exporter = otlpExporter(), logger }: TracingOptions) {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": service, "service.version": version }),
    sampler: exporter ? new ParentBasedSampler({ root: new AlwaysOnSampler() }) : new AlwaysOffSampler(),
    spanProcessors: exporter ? [new BatchSpanProcessor({ exporter, exportTimeoutMillis: 3_000 })] : [],
  });
  const contexts = new AsyncLocalStorageContextManager().enable();
  const registered = trace.setGlobalTracerProvider(provider) && context.setGlobalContextManager(contexts);
  if (!registered) logger.warn("tracing was started before in this process; the first one stays");

  return {
    async stop() {
      await provider.shutdown().catch((error: unknown) => logger.warn({ err: error }, "the last spans were not sent"));
      if (!registered) return;
      trace.disable();
      context.disable();
    },
  };
}

function otlpExporter(): SpanExporter | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = process.env;
  return endpoint ? new OTLPTraceExporter({ timeoutMillis: 3_000 }) : undefined;
}
