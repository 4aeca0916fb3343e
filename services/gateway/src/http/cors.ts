import { headers } from "@tradesage/contracts/http";
import type { Origins } from "../access/origins.ts";
import type { Exchange, Reply } from "./exchange.ts";

/** Lets pages of an allowed origin read an answer (Fetch standard, CORS protocol). Nothing for all others. */
export function corsHeaders(request: Exchange, origins: Origins): Record<string, string> {
  const origin = request.header("origin");
  if (!origins.isForeignFriend(origin)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": [headers.position, headers.requestId, headers.idempotencyKey, "location"].join(
      ", ",
    ),
    "cross-origin-resource-policy": "cross-origin",
    vary: "origin",
  };
}

/** What a browser asks before it lets a page send a token or a body. */
export function preflight(request: Exchange, methods: readonly string[], origins: Origins): Reply {
  const asked = [
    "authorization",
    "content-type",
    headers.idempotencyKey,
    headers.after,
    headers.requestId,
    "traceparent",
  ];
  return {
    status: 204,
    headers: {
      ...corsHeaders(request, origins),
      "access-control-allow-methods": methods.join(", "),
      "access-control-allow-headers": asked.join(", "),
      "access-control-max-age": "600",
    },
    body: "",
  };
}
