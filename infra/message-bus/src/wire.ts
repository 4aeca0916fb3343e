import { headers, type Msg, type MsgHdrs } from "@nats-io/transport-node";
import { isRefusalCode, type JsonObject, type JsonValue, Refused, refuse } from "@tradesage/contracts";
import { currentTraceparent } from "@tradesage/telemetry";
import { BusUnavailable, DeadlineExceeded } from "./errors.ts";

/** Headers of ours. A deadline travels as milliseconds that remain, not as a time: clocks differ and jump. */
const DEADLINE = "Tradesage-Deadline-Ms";
const REFUSAL = "Tradesage-Refusal";
const TRACEPARENT = "traceparent";

const decoder = new TextDecoder("utf-8", { fatal: true });

export const encodeJson = (value: JsonValue): Uint8Array => Buffer.from(JSON.stringify(value ?? null));

/** Throws `Refused("MALFORMED_JSON")`. */
export function decodeJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return refuse("MALFORMED_JSON", "The payload of the message is not valid JSON");
  }
}

export function requestHeaders(deadlineMs: number): MsgHdrs {
  const all = headers();
  all.append(DEADLINE, String(Math.ceil(deadlineMs)));
  const traceparent = currentTraceparent();
  if (traceparent) all.append(TRACEPARENT, traceparent);
  return all;
}

/** How long the caller waits, as he says; `fallback` if he does not say. */
export function deadlineOf(message: Msg, fallback: number): number {
  const given = Number(message.headers?.get(DEADLINE) || Number.NaN);
  return given > 0 ? given : fallback;
}

export const traceparentOf = (message: Msg): string | undefined => message.headers?.get(TRACEPARENT) || undefined;

export function toHeaders(given: Readonly<Record<string, string>>): MsgHdrs {
  const all = headers();
  for (const [name, value] of Object.entries(given)) all.set(name, value);
  return all;
}

const none: Readonly<Record<string, string>> = {};

export const headersOf = (given: MsgHdrs | undefined): Readonly<Record<string, string>> =>
  given ? Object.fromEntries(given.keys().map((name) => [name, given.get(name)])) : none;

export interface Reply {
  readonly payload: Uint8Array;
  readonly headers?: MsgHdrs;
}

export function encodeRefusal({ code, message, values }: Refused): Reply {
  const all = headers();
  all.append(REFUSAL, code);
  return { payload: encodeJson({ detail: message, values }), headers: all };
}

/** The answer; throws the `Refused` that the far side threw. */
export function decodeReply(message: Msg): unknown {
  const code = message.headers?.get(REFUSAL);
  const body = decodeJson(message.data);
  if (!code) return body;
  const { detail, values } = (body ?? {}) as { detail?: string; values?: JsonObject };
  throw isRefusalCode(code) ? new Refused(code, detail, values) : new Refused("INTERNAL");
}

/** What a caller is told of what a handler threw; `undefined` if it is none of his business. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error;
  if (error instanceof BusUnavailable || error instanceof DeadlineExceeded) return new Refused(error.code);
  return undefined;
}
