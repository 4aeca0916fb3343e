import type { HttpRequest, HttpResponse, TemplatedApp } from "uWebSockets.js";
import { type JsonValue, Refused, refuse } from "@tradesage/contracts";
import { pathFields, type Route, routes } from "@tradesage/contracts/http";
import type { Rates } from "@tradesage/listener";
import { continueTrace, type Logger, SpanKind, withSpan } from "@tradesage/telemetry";
import type { Origins } from "../access/origins.ts";
import type { Deadlines } from "../deadlines.ts";
import { refusedOf } from "../refused-of.ts";
import { type Body, readBody } from "./body.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { type Exchange, exchange, type Reply } from "./exchange.ts";
import type { HttpMeter } from "./meter.ts";
import { type OperationParts, perform } from "./operation.ts";
import { problem } from "./replies.ts";
import { parseStrictJson } from "./strict-json.ts";

export interface RouterParts extends OperationParts {
  readonly addresses: Rates;
  readonly origins: Origins;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  readonly meter: HttpMeter;
}

/** Registers every route of the contracts, and for each path the answer to methods that it does not take. */
export function registerRoutes(app: TemplatedApp, parts: RouterParts): void {
  for (const [operation, route] of Object.entries<Route>(routes)) {
    const fields = pathFields(route.path);
    const register = { GET: app.get, POST: app.post, DELETE: app.del }[route.method];
    register.call(app, patternOf(route.path), (res: HttpResponse, req: HttpRequest) => {
      const request = exchange(res, req, fields.length);
      const body = route.method === "POST" ? readBody(res, parts.deadlines.bodyMs, request.signal) : undefined;
      void answer(request, operation, parts, async () => {
        parts.addresses.take(request.address);
        const read = await body;
        if (read && "refused" in read) return { ...problem(read.refused, request), close: read.unread };
        const path = pathOf(fields, request.params);
        return perform(route, request, { path, search: request.search, body: read && bodyOf(request, read) }, parts);
      });
    });
  }
  for (const path of new Set(Object.values<Route>(routes).map((route) => route.path))) {
    const methods = Object.values<Route>(routes).flatMap((route) => (route.path === path ? [route.method] : []));
    app.any(patternOf(path), (res, req) => refuseMethod(exchange(res, req, 0), methods, parts));
  }
  app.any("/*", (res, req) => {
    const request = exchange(res, req, 0);
    request.reply(problem(new Refused("ROUTE_NOT_FOUND", `There is no ${request.path}`), request));
  });
}

/** Answers one request, whatever happens, inside its trace. */
async function answer(
  request: Exchange,
  operation: string,
  parts: RouterParts,
  work: () => Promise<Reply>,
): Promise<void> {
  const done = parts.meter.begin(operation);
  const attributes = { "http.request.method": request.method, "tradesage.request": request.requestId };
  const reply = await continueTrace(request.header("traceparent") || undefined, () =>
    withSpan(operation, attributes, work, SpanKind.SERVER),
  ).catch((error: unknown) => problem(refusedOf(error, parts.logger), request));
  done(reply.status);
  request.reply({ ...reply, headers: { ...reply.headers, ...corsHeaders(request, parts.origins) } });
}

function refuseMethod(request: Exchange, methods: readonly string[], { origins }: RouterParts) {
  if (request.method === "OPTIONS" && origins.isForeignFriend(request.header("origin")))
    return request.reply(preflight(request, methods, origins));
  const reply = problem(new Refused("METHOD_NOT_ALLOWED", `It takes ${methods.join(", ")}`), request);
  request.reply({ ...reply, headers: { ...reply.headers, allow: methods.join(", ") } });
}

/** `{field}` is `:field` to uWebSockets.js. */
const patternOf = (path: string) => path.replace(/\{(\w+)\}/g, ":$1");

function pathOf(fields: readonly string[], params: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field, index) => [field, decode(params[index] ?? "")]));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return refuse("ROUTE_NOT_FOUND", "The path is not percent-encoded UTF-8");
  }
}

/** An empty body stands for no fields; anything else must say that it is JSON. */
function bodyOf(request: Exchange, read: Extract<Body, { bytes: unknown }>): JsonValue | undefined {
  if (read.bytes.length === 0) return undefined;
  if (!/^application\/json *(;|$)/i.test(request.header("content-type"))) refuse("UNSUPPORTED_MEDIA_TYPE");
  return parseStrictJson(read.bytes);
}
