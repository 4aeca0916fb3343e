import { z } from "zod";
import { EventMetadata } from "../envelope.ts";
import { InstrumentSymbol, Position } from "../ids.ts";
import { FieldError } from "../input.ts";
import { Bar, Timeframe } from "../market-data/bars.ts";
import { Quote } from "../market-data/queries.ts";
import { Principal } from "../principal.ts";
import { type RefusalCode, refusals } from "../refusals.ts";
import { LiveState } from "../trading/live-state.ts";
import { SubscriptionId } from "./client-messages.ts";

const codes = Object.keys(refusals) as [RefusalCode, ...RefusalCode[]];

const Authenticated = z.object({
  type: z.literal("authenticated"),
  ...Principal.shape,
  /** When the token ends, and the connection with it (4401). */
  expiresAt: z.iso.datetime(),
});

/** The subscription stands. `position` is where a lossless one begins: everything after it follows. */
const Subscribed = z.object({
  type: z.literal("subscribed"),
  id: SubscriptionId,
  channel: z.string(),
  position: Position.optional(),
});

/** What there is, as the HTTP API shows it, at the `position` of `subscribed`. Events follow, each newer than that. */
const Snapshot = z.object({
  type: z.literal("snapshot"),
  id: SubscriptionId,
  position: Position,
  /** Accounts, open orders or open positions. An item may be newer: its own `position` tells. */
  items: z.array(z.record(z.string(), z.unknown())),
});

const QuoteMessage = z.object({ type: z.literal("quote"), ...Quote.shape });

const BarMessage = z.object({
  type: z.literal("bar"),
  symbol: InstrumentSymbol,
  timeframe: Timeframe,
  ...Bar.shape,
});

const StateMessage = z.object({ type: z.literal("state"), ...LiveState.shape });

/** One event of a lossless channel. Keep `position`: a later `subscribe` with it as `after` continues behind it. */
const EventMessage = z.object({
  type: z.literal("event"),
  /** The subscription's. */
  id: SubscriptionId,
  position: Position,
  /** The event's type, such as `OrderFilled`. */
  event: z.string(),
  /** `tenant`, `account` or `instrument`, and which. */
  aggregate: z.string(),
  aggregateId: z.string(),
  /** The event's number in the history of its aggregate. */
  revision: z.string(),
  at: z.iso.datetime(),
  ...EventMetadata.pick({ actor: true, correlation: true }).partial().shape,
  data: z.record(z.string(), z.unknown()),
});

/** Sent when nothing but prices was for a while. `positions`: how far each lossless subscription has come. */
const Heartbeat = z.object({
  type: z.literal("heartbeat"),
  at: z.iso.datetime(),
  positions: z.record(SubscriptionId, Position),
});

const Pong = z.object({ type: z.literal("pong"), nonce: z.string().optional() });

const Unsubscribed = z.object({ type: z.literal("unsubscribed"), id: SubscriptionId });

/** The position asked for is not of this history (it was restored, or reset): the subscription ended; read a snapshot. */
const Resync = z.object({
  type: z.literal("resync"),
  id: SubscriptionId,
  /** Where the history stands now. */
  position: Position,
});

/** Something that the client sent was refused, or the connection is about to be closed. */
const SocketError = z.object({
  type: z.literal("error"),
  code: z.enum(codes),
  detail: z.string(),
  /** The subscription's, where it concerns one. */
  id: z.string().optional(),
  errors: z.array(FieldError).optional(),
});

/** What the server may send: one JSON object a text frame. */
export const ServerMessage = z.discriminatedUnion("type", [
  Authenticated,
  Subscribed,
  Snapshot,
  QuoteMessage,
  BarMessage,
  StateMessage,
  EventMessage,
  Heartbeat,
  Pong,
  Unsubscribed,
  Resync,
  SocketError,
]);
export type ServerMessage = z.output<typeof ServerMessage>;
