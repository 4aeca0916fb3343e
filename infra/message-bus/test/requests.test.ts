import { setTimeout as sleep } from "node:timers/promises";
import { type JsonValue, refuse } from "@tradesage/contracts";
import { currentTraceparent, startTelemetry, withSpan } from "@tradesage/telemetry";
import { PATIENCE_MS, until } from "@tradesage/until";
import { expect, onTestFinished, test } from "vitest";
import { BusUnavailable, DeadlineExceeded } from "../src/index.ts";
import { openBus, ownToken } from "./bus.ts";

const echo = async ({ payload }: { payload: unknown }) => payload as JsonValue;

test("a request is answered by whoever serves its subject", async () => {
  const [client, server, token] = [await openBus(), await openBus(), ownToken()];
  await server.serve(`${token}.>`, "one", async ({ subject, payload }) => ({ subject, payload: payload as JsonValue }));
  const answer = await client.request(`${token}.acme.Ask.1`, { volume: "0.10", deep: [1, null, "ü"] });
  expect(answer).toEqual({ subject: `${token}.acme.Ask.1`, payload: { volume: "0.10", deep: [1, null, "ü"] } });
});

test("a refusal crosses the wire with its code, its words and its numbers", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  await bus.serve(token, "one", async () => refuse("INSUFFICIENT_MARGIN", "12.50 is missing", { missing: "12.50" }));
  await expect(bus.request(token, {})).rejects.toMatchObject({
    name: "Refused",
    code: "INSUFFICIENT_MARGIN",
    message: "12.50 is missing",
    values: { missing: "12.50" },
  });
});

test("what else goes wrong in a handler reaches the caller without a detail, and the log with all of them", async () => {
  const lines: string[] = [];
  const { logger, shutdown } = startTelemetry({ service: "spec", logTo: { write: (line) => void lines.push(line) } });
  onTestFinished(shutdown);
  const [bus, token] = [await openBus({ logger }), ownToken()];
  await bus.serve(token, "one", async () => {
    throw new Error("row 17 of tenant other");
  });
  const refusal = { name: "Refused", code: "INTERNAL", message: "Something failed here", values: {} };
  await expect(bus.request(token, {})).rejects.toMatchObject(refusal);
  expect(lines.join()).toContain("row 17 of tenant other");
});

test("a subject that nobody serves is unavailable at once", async () => {
  const bus = await openBus();
  await expect(bus.request(ownToken(), {}, { deadlineMs: 60_000 })).rejects.toBeInstanceOf(BusUnavailable);
});

test("an unavailable part behind the server is unavailable to the caller", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  await bus.serve(token, "one", async () => (await bus.request(ownToken(), {})) as JsonValue);
  await expect(bus.request(token, {})).rejects.toMatchObject({ name: "Refused", code: "UNAVAILABLE" });
});

test("who answers too slowly is not waited for", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  const never = new AbortController();
  onTestFinished(() => never.abort());
  await bus.serve(token, "one", async () => sleep(60_000, null, { signal: never.signal }));
  await expect(bus.request(token, {}, { deadlineMs: 50 })).rejects.toBeInstanceOf(DeadlineExceeded);
});

test("an answer that comes too late is nobody's, and those in time are of who asked, in whatever order they come", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  const gates = new Map<unknown, () => void>();
  await bus.serve(token, "one", async ({ payload }) => {
    await new Promise<void>((resolve) => gates.set(payload, resolve));
    return payload as JsonValue;
  });
  const late = bus.request(token, "late", { deadlineMs: 50 });
  await expect(late).rejects.toBeInstanceOf(DeadlineExceeded);
  const first = bus.request(token, "first");
  const second = bus.request(token, "second");
  await until("all are being handled", () => gates.size === 3);
  for (const name of ["late", "second", "first"]) gates.get(name)?.();
  await expect(Promise.all([first, second])).resolves.toEqual(["first", "second"]);
});

test("who waits when his connection is closed is told that the outcome is not known", async () => {
  const [client, server, token] = [await openBus(), await openBus(), ownToken()];
  const begun = Promise.withResolvers<void>();
  const never = new AbortController();
  onTestFinished(() => never.abort());
  await server.serve(token, "one", async () => {
    begun.resolve();
    return sleep(60_000, null, { signal: never.signal });
  });
  const answer = client.request(token, {}, { deadlineMs: 60_000 });
  const told = expect(answer).rejects.toBeInstanceOf(DeadlineExceeded);
  await begun.promise;
  await client.close();
  await told;
  await expect(client.request(token, {})).rejects.toBeInstanceOf(BusUnavailable);
});

test("the handler is told how long the caller waits", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  await bus.serve(token, "one", async ({ deadlineMs }) => deadlineMs);
  const told = Number(await bus.request(token, {}, { deadlineMs: 1234 }));
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(1234);
});

test("work whose caller has gone before its turn came is not begun", async () => {
  const [client, server, token, marker] = [await openBus(), await openBus(), ownToken(), ownToken()];
  const hastyMs = 50;
  await server.serve(marker, "one", async () => null);
  const gate = Promise.withResolvers<void>();
  const begun: unknown[] = [];
  await server.serve(token, "one", async ({ payload }) => {
    begun.push(payload);
    await gate.promise;
    return null;
  });
  const patient = Array.from({ length: 256 }, () => client.request(token, "patient", { deadlineMs: PATIENCE_MS }));
  await until("all have begun", () => begun.length === 256);
  await expect(client.request(token, "hasty", { deadlineMs: hastyMs })).rejects.toBeInstanceOf(DeadlineExceeded);
  // Requests come in their order: the server has this one by now, and after its time nobody waits there either.
  await client.request(marker, null);
  await sleep(2 * hastyMs);
  gate.resolve();
  await Promise.all(patient);
  await client.request(token, "late");
  expect(begun).not.toContain("hasty");
});

test("of the servers of one queue group, one gets each request", async () => {
  const [client, first, second, token] = [await openBus(), await openBus(), await openBus(), ownToken()];
  const handled: string[] = [];
  for (const [name, bus] of [["first", first] as const, ["second", second] as const])
    await bus.serve(token, "group", async () => handled.push(name));
  await Promise.all(Array.from({ length: 100 }, () => client.request(token, {})));
  expect(handled).toHaveLength(100);
  expect(new Set(handled)).toEqual(new Set(["first", "second"]));
});

test("a server that stops finishes what it has begun and takes nothing new", async () => {
  const [client, server, token] = [await openBus(), await openBus(), ownToken()];
  const gate = Promise.withResolvers<void>();
  let begun = false;
  const serving = await server.serve(token, "one", async () => {
    begun = true;
    await gate.promise;
    return "done";
  });
  const answer = client.request(token, {});
  await until("it has begun", () => begun);
  const stopped = serving.stop();
  const refused = () => client.request(token, {}, { deadlineMs: 50 }).catch((error: unknown) => error);
  await expect.poll(refused).toBeInstanceOf(BusUnavailable);
  gate.resolve();
  await stopped;
  await expect(answer).resolves.toBe("done");
});

test("a payload above the server's limit is refused before it is sent", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  await bus.serve(token, "one", echo);
  const large = "x".repeat(900_000);
  await expect(bus.request(token, large)).resolves.toHaveLength(900_000);
  await expect(bus.request(token, "x".repeat(2_000_000))).rejects.toMatchObject({ code: "BODY_TOO_LARGE" });
});

test("an answer above the server's limit fails the request and not the server", async () => {
  const [bus, token] = [await openBus(), ownToken()];
  await bus.serve(token, "one", async ({ payload }) => "x".repeat(Number(payload)));
  await expect(bus.request(token, 2_000_000)).rejects.toMatchObject({ code: "INTERNAL" });
  await expect(bus.request(token, 3)).resolves.toBe("xxx");
});

test.each(["ticks.*.EURUSD", "ticks.>", "a b", "a\r\nPUB b 1", "$JS.API.INFO", ""])(
  "a request to the wild or foreign subject %j is refused",
  async (subject) => {
    const bus = await openBus();
    await expect(bus.request(subject, {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
  },
);

test("a request and its handling belong to one trace", async () => {
  const { shutdown } = startTelemetry({ service: "spec", logLevel: "silent" });
  onTestFinished(shutdown);
  const [bus, token] = [await openBus(), ownToken()];
  const traceOf = (traceparent?: string) => traceparent?.split("-")[1];
  await bus.serve(token, "one", async () => currentTraceparent() ?? null);
  const [asked, handled] = await withSpan("ask", {}, async () => [currentTraceparent(), await bus.request(token, {})]);
  expect(traceOf(String(handled))).toBe(traceOf(String(asked)));
  expect(handled).not.toBe(asked);
});

test("what is published reaches those who listen, and a listener that fails harms nobody", async () => {
  const [sender, listener, token] = [await openBus(), await openBus(), ownToken()];
  const heard: [string, ...number[]][] = [];
  listener.subscribe(`${token}.*`, () => {
    throw new Error("no");
  });
  const subscription = listener.subscribe(`${token}.>`, (subject, payload) => heard.push([subject, ...payload]));
  // The server takes a connection's words in order: once this is served it knows of the listeners too.
  await listener.serve(ownToken(), "one", echo);
  sender.publish(`${token}.acme`, Uint8Array.of(1, 2));
  await until("the message", () => heard.length === 1);
  expect(heard).toEqual([[`${token}.acme`, 1, 2]]);
  subscription.stop();
});

test("requests are counted by subject and outcome on both sides, without names of tenants", async () => {
  const { metrics, shutdown } = startTelemetry({ service: "spec", logLevel: "silent" });
  onTestFinished(shutdown);
  const [bus, token] = [await openBus({ metrics }), ownToken()];
  await bus.serve(`${token}.trading.*`, "one", async () => refuse("NO_QUOTE"));
  await bus.request(`${token}.trading.acme`, {}).catch(() => undefined);
  const counted = (await metrics.metrics())
    .split("\n")
    .filter((line) => line.startsWith("tradesage_bus_request_seconds_count"));
  expect(counted).toEqual(
    ["serve", "request"].map((side) => {
      const labels = `service="spec",side="${side}",subject="${token}.trading",outcome="NO_QUOTE"`;
      return `tradesage_bus_request_seconds_count{${labels}} 1`;
    }),
  );
});
