import type { Refused } from "@tradesage/contracts";
import { PROBLEM_MEDIA_TYPE, problemOf } from "@tradesage/contracts/http";
import type { Exchange, Reply } from "./exchange.ts";

/** OWASP REST Security Cheat Sheet: for what is data, never a page. */
export const guarded = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

export function json(status: number, value: unknown, extra: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "application/json", ...guarded, ...extra }, body: JSON.stringify(value) };
}

/** A refusal as problem details (RFC 9457), with the headers that its status asks for. */
export function problem(refused: Refused, { requestId }: Pick<Exchange, "requestId">): Reply {
  const body = problemOf(refused, requestId);
  return {
    status: body.status,
    headers: {
      "content-type": PROBLEM_MEDIA_TYPE,
      ...guarded,
      // RFC 9110 §11.6.1 and RFC 6750 §3; §10.2.3
      ...(body.status === 401 && { "www-authenticate": 'Bearer realm="tradesage"' }),
      ...((body.status === 503 || body.status === 429) && { "retry-after": "1" }),
    },
    body: JSON.stringify(body),
  };
}
