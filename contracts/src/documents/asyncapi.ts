import type { z } from "zod";
import { timeframes } from "../market-data/bars.ts";
import { subprotocols } from "../socket/binary.ts";
import { channels } from "../socket/channels.ts";
import { ClientMessage } from "../socket/client-messages.ts";
import { closeCodes } from "../socket/close-codes.ts";
import { socketLimits } from "../socket/limits.ts";
import { SOCKET_PATH } from "../socket/path.ts";
import { ServerMessage } from "../socket/server-messages.ts";
import { about } from "./about.ts";
import { collectSchemas, type Schemas } from "./schemas.ts";

type Json = Record<string, unknown>;

/** The socket as an AsyncAPI 3 document, made from its channels and messages. */
export function asyncApiDocument(): Json {
  const schemas = collectSchemas();
  const sent = messagesOf(ClientMessage, "input", schemas);
  const received = { ...messagesOf(ServerMessage, "output", schemas), prices };
  const messages = { ...sent, ...received };
  return {
    asyncapi: "3.0.0",
    info: { title: "TradeSage live", version: about.version, description: describe() },
    defaultContentType: "application/json",
    channels: {
      stream: {
        address: SOCKET_PATH,
        messages: Object.fromEntries(Object.keys(messages).map((name) => [name, ref(`components/messages/${name}`)])),
        bindings: {
          ws: { method: "GET", headers: { type: "object", properties: { "sec-websocket-protocol": offered } } },
        },
      },
    },
    operations: {
      send: operation("receive", "What a client may send.", sent),
      receive: operation("send", "What the server may send.", received),
    },
    components: {
      messages,
      schemas: schemas.named,
      securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
}

const offered: Json = { type: "string", enum: Object.values(subprotocols) };

/** The one message that is no JSON. */
const prices: Json = {
  name: "prices",
  title: "Quotes and bars in the binary form",
  summary: "One record or more, little endian, instead of `quote` and `bar`",
  description: [
    "| Offset | Type | |",
    "|---|---|---|",
    "| 0 | u8 | kind: 1 quote, 2 bar |",
    "| 1 | u8 | n, the length of the symbol |",
    `| 2 | u8 | timeframe of a bar, its place in ${Object.keys(timeframes).join(", ")}; 0 in a quote |`,
    "| 3 | u8 | 0 |",
    "| 4 | u32 | ticks in a bar; 0 in a quote |",
    "| 8 | f64 | time, milliseconds since the epoch, UTC |",
    "| 16 | f64 × 2 or 8 | bid, ask; or open, high, low, close of the bid, then of the ask |",
    "| 32 or 80 | n bytes | symbol, ASCII; the next record follows at once |",
  ].join("\n"),
  contentType: "application/octet-stream",
  payload: { type: "string", format: "binary" },
};

/** AsyncAPI 3: the action is the server's. */
const operation = (action: "send" | "receive", summary: string, messages: Json): Json => ({
  action,
  summary,
  channel: ref("channels/stream"),
  messages: Object.keys(messages).map((name) => ref(`channels/stream/messages/${name}`)),
});

const ref = (path: string): Json => ({ $ref: `#/${path}` });

function messagesOf(union: z.ZodType, io: "input" | "output", schemas: Schemas): Record<string, Json> {
  const { oneOf, anyOf } = schemas.of(union, io) as { oneOf?: Json[]; anyOf?: Json[] };
  const byType = Object.groupBy(oneOf ?? anyOf ?? [], typeOf);
  return Object.fromEntries(
    Object.entries(byType).map(([name, payloads = []]) => [
      name,
      { name, payload: payloads.length === 1 ? payloads[0] : { oneOf: payloads } },
    ]),
  );
}

/** The value of a message's `type`; a union within the union (`subscribe`) has it in its members. */
function typeOf(payload: Json): string {
  const { properties, oneOf, anyOf } = payload as {
    properties?: { type: { const: string } };
    oneOf?: Json[];
    anyOf?: Json[];
  };
  const [member] = oneOf ?? anyOf ?? [];
  return properties?.type.const ?? typeOf(member ?? {});
}

function describe(): string {
  const rows = Object.entries(channels).map(([name, { kind, summary }]) => `| ${name} | ${kind} | ${summary} |`);
  const closings = Object.entries(closeCodes).map(
    ([code, { reason, meaning }]) => `| ${code} | ${reason} | ${meaning} |`,
  );
  const limits = Object.entries(socketLimits).map(([name, value]) => `| ${name} | ${value} |`);
  return [
    about.socket,
    "## Channels",
    ["| Channel | Kind | |", "|---|---|---|", ...rows].join("\n"),
    "## Close codes",
    ["| Code | Reason | |", "|---|---|---|", ...closings].join("\n"),
    "## Limits",
    ["| Limit | |", "|---|---|", ...limits].join("\n"),
  ].join("\n\n");
}
