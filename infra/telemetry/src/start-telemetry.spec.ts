import { InMemorySpanExporter } from "@opentelemetry/sdk-trace";
import { afterEach, expect, test } from "vitest";
import {
  continueTrace,
  currentTraceparent,
  startTelemetry,
  type Telemetry,
  type TelemetryOptions,
  withSpan,
} from "./index.ts";

let telemetry: Telemetry | undefined;
let lines: string[] = [];

function start(options: Partial<TelemetryOptions> = {}): Telemetry {
  lines = [];
  telemetry = startTelemetry({ service: "spec", logTo: { write: (line) => void lines.push(line) }, ...options });
  return telemetry;
}

/** Keeps its spans when it is shut down. */
class KeptSpans extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

const logged = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const foreign = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

afterEach(() => telemetry?.shutdown());

test("a log line says who wrote it, when, and in which trace", async () => {
  const { logger } = start();
  await continueTrace(foreign, () => withSpan("work", {}, () => logger.info({ order: "1" }, "placed")));
  expect(logged()).toEqual([
    expect.objectContaining({
      level: "info",
      service: "spec",
      msg: "placed",
      order: "1",
      trace_id: "0af7651916cd43dd8448eb211c80319c",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    }),
  ]);
});

test("secrets do not reach the log", () => {
  start().logger.error({ err: new Error("connect nats://me:s3cret@bus failed"), token: "s3cret" }, "no");
  expect(lines.join()).not.toContain("s3cret");
});

test("a span within a span belongs to the same trace, also across waiting", async () => {
  start({ spansTo: new KeptSpans() });
  const parents = await withSpan("outer", {}, async () => {
    const outer = currentTraceparent();
    await new Promise((resolve) => setImmediate(resolve));
    return [outer, await withSpan("inner", {}, currentTraceparent)];
  });
  const [outer, inner] = parents.map((parent) => parent?.split("-") ?? []);
  expect(inner?.[1]).toBe(outer?.[1]);
  expect(inner?.[2]).not.toBe(outer?.[2]);
});

test("in a trace that nobody records the first span stands for all", async () => {
  start();
  const [outer, inner] = await withSpan("outer", {}, async () => [
    currentTraceparent(),
    await withSpan("inner", {}, currentTraceparent),
  ]);
  expect(outer).toMatch(/-00$/);
  expect(inner).toBe(outer);
});

test("outside of a span there is no trace", () => {
  start();
  expect(currentTraceparent()).toBeUndefined();
});

test.each([undefined, "", "00-zz-zz-01", `${foreign}-extra-x`.slice(3)])(
  "a message with the traceparent %j begins a trace of its own, wherever it is received",
  async (traceparent) => {
    start();
    await withSpan("receiver", {}, async () => {
      const receiver = currentTraceparent()?.split("-")[1];
      const handling = await continueTrace(traceparent, () => withSpan("handle", {}, currentTraceparent));
      expect(handling).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
      expect(handling).not.toContain(receiver);
    });
  },
);

test("spans go to the exporter with what was thrown inside them", async () => {
  const spans = new KeptSpans();
  start({ spansTo: spans });
  const failing = withSpan("append", { stream: "acme-account-main" }, () => Promise.reject(new Error("disk full")));
  await expect(failing).rejects.toThrow("disk full");
  await telemetry?.shutdown();
  expect(spans.getFinishedSpans()).toEqual([
    expect.objectContaining({
      name: "append",
      attributes: { stream: "acme-account-main" },
      status: expect.objectContaining({ message: "disk full" }),
    }),
  ]);
});

test("the measures of the process are there from the start", async () => {
  expect(await start().metrics.metrics()).toContain('nodejs_eventloop_lag_seconds{service="spec"}');
});

test("stopping does not fail when the spans cannot be sent", async () => {
  const spans = new KeptSpans();
  spans.export = () => {
    throw new Error("no collector");
  };
  start({ spansTo: spans });
  await withSpan("work", {}, () => undefined);
  await expect(telemetry?.shutdown()).resolves.toBeUndefined();
});
