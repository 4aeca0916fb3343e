import type { HttpRequest, HttpResponse } from "uWebSockets.js";
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { headers } from "@tradesage/contracts/http";
import { sendPieces } from "./send-pieces.ts";

/** What is answered. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What comes piece by piece is asked for as fast as the client reads it, and cut off where it fails. */
  readonly body: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** The rest of the request will not be read: the connection has to end. */
  readonly close?: boolean;
}

/** One request, copied out of uWebSockets.js, whose own objects are void after the handler's first await. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: URLSearchParams;
  readonly params: readonly string[];
  readonly requestId: string;
  /** The address that the connection comes from. */
  readonly address: string;
  header(name: CopiedHeader): string;
  /** Aborted by the client: whatever is done for it is of no use any more. */
  readonly signal: AbortSignal;
  /** Answers, once. After an abort it does nothing. */
  reply(reply: Reply): void;
}

const copied = [
  "authorization",
  "content-type",
  headers.idempotencyKey,
  "origin",
  "traceparent",
  headers.requestId,
] as const;
/** What nobody looks at in a POST: each copy is a call into native code. */
const copiedToRead = [...copied, "accept", "accept-encoding", "host", "if-none-match", headers.after] as const;

type CopiedHeader = (typeof copiedToRead)[number];

const isWhole = (body: Reply["body"]): body is string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array;

/** Ids that are safe in logs, headers and events. */
const sane = /^[A-Za-z0-9._:-]{1,64}$/;

/** Takes a request over. It must be called before anything is awaited. */
export function exchange(res: HttpResponse, req: HttpRequest, paramCount: number): Exchange {
  const method = req.getCaseSensitiveMethod();
  const values = new Map<CopiedHeader, string>();
  for (const name of method === "POST" ? copied : copiedToRead) values.set(name, req.getHeader(name));
  const asked = values.get(headers.requestId) ?? "";
  const requestId = sane.test(asked) ? asked : randomUUID();
  const aborted = new AbortController();
  let open = true;
  res.onAborted(() => {
    open = false;
    aborted.abort();
  });
  return {
    method,
    path: req.getUrl(),
    search: new URLSearchParams(req.getQuery()),
    params: Array.from({ length: paramCount }, (_, index) => req.getParameter(index) ?? ""),
    requestId,
    address: Buffer.from(res.getRemoteAddressAsText()).toString(),
    header: (name) => values.get(name) ?? "",
    signal: aborted.signal,
    reply({ status, headers: own = {}, body, close = false }) {
      if (!open) return;
      open = false;
      res.cork(() => {
        res.writeStatus(`${status} ${STATUS_CODES[status] ?? ""}`);
        for (const [name, value] of Object.entries(own)) res.writeHeader(name, value);
        res.writeHeader(headers.requestId, requestId);
        if (isWhole(body)) res.end(body, close);
      });
      if (!isWhole(body)) void sendPieces(res, body, aborted.signal);
    },
  };
}
