import { z } from "zod";
import { Decimal } from "../decimals.ts";
import { Currency } from "../ids.ts";
import { instrumentBasics } from "../trading/instrument-specification.ts";
import { Instruction, Report, ReportStored, Snapshot, SnapshotRequest } from "./expert-messages.ts";
import { TickCursor } from "./tick-cursor.ts";
import { TicksMessage } from "./ticks-message.ts";
import { U64 } from "./u64.ts";

/** The text frames between a terminal and the bridge: one JSON object each. Described in docs/mt5-protocol.md. */
export const TERMINAL_PROTOCOL = 1;

const visible = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}+$/u, "no control characters");

/** When a symbol is traded on a day of the week (0 is Sunday), in seconds of the broker's day (SymbolInfoSessionTrade). */
const SymbolSession = z.strictObject({
  day: z.int().min(0).max(6),
  from: z.int().min(0).max(86_400),
  to: z.int().min(0).max(86_400),
});

/**
 * A symbol of the terminal: what we call it, what its broker calls it, and what MQL5's SymbolInfo… says of it, numbers
 * of MQL5's enums and flags included. What the terminal does not say is as it is with most brokers.
 */
export const TerminalSymbol = z.strictObject({
  ...instrumentBasics,
  description: z.string().max(200).default(""),
  /** The broker's own name (`EURUSD.r`). The mapping is the terminal's choice; suffixes are never guessed away. */
  name: visible(64),
  point: Decimal.optional(),
  /** In the currency of the terminal's account. */
  tickValueProfit: Decimal.optional(),
  tickValueLoss: Decimal.optional(),
  calculationMode: z.int().optional(),
  executionMode: z.int().optional(),
  tradeMode: z.int().optional(),
  fillingFlags: z.int().optional(),
  expirationFlags: z.int().optional(),
  volumeLimit: Decimal.optional(),
  marginInitial: Decimal.optional(),
  marginMaintenance: Decimal.optional(),
  marginHedged: Decimal.optional(),
  marginOfLargerLeg: z.boolean().optional(),
  /** Of buying; of selling. */
  marginInitialRate: Decimal.optional(),
  marginMaintenanceRate: Decimal.optional(),
  marginInitialRateSell: Decimal.optional(),
  marginMaintenanceRateSell: Decimal.optional(),
  swapMode: z.int().optional(),
  swapLong: Decimal.optional(),
  swapShort: Decimal.optional(),
  swapTripleDay: z.int().min(0).max(6).optional(),
  faceValue: Decimal.optional(),
  sessions: z.array(SymbolSession).max(70).optional(),
});
export type TerminalSymbol = z.output<typeof TerminalSymbol>;

/** The first frame of a terminal, and never again in that connection: a changed specification takes a new one. */
export const Hello = z
  .strictObject({
    type: z.literal("hello"),
    protocol: z.literal(TERMINAL_PROTOCOL),
    /** A terminal has two programs: one brings ticks, one carries out orders. Each has a connection. */
    role: z.enum(["feed", "expert"]).default("feed"),
    login: z.int().positive(),
    server: visible(128),
    company: visible(128).optional(),
    /** Of the account. */
    currency: Currency.optional(),
    marginMode: z.enum(["netting", "exchange", "hedging"]),
    build: z.int().positive(),
    /** The broker's clock minus UTC. */
    utcOffsetSeconds: z.int().min(-50_400).max(50_400),
    /** Names the terminal's numbering of batches. It survives restarts with it; a lost numbering begins a new epoch. */
    epoch: U64,
    /** Ticks are of another time than now: their age says nothing of their quality. */
    replay: z.boolean().default(false),
    symbols: z.array(TerminalSymbol).min(1).max(1000),
  })
  .refine(({ symbols }) => new Set(symbols.map(({ symbol }) => symbol)).size === symbols.length, {
    path: ["symbols"],
    message: "each canonical symbol once",
  });
export type Hello = z.output<typeof Hello>;

/** The terminal lives; `broker` says whether its own connection to the broker does. The bridge answers the same. */
export const Heartbeat = z.strictObject({
  type: z.literal("heartbeat"),
  broker: z.enum(["connected", "disconnected"]).optional(),
});
export type Heartbeat = z.output<typeof Heartbeat>;

export const TerminalMessage = z.discriminatedUnion("type", [Hello, Heartbeat, TicksMessage, Report, Snapshot]);
export type TerminalMessage = z.output<typeof TerminalMessage>;

/** Where a symbol's feed stands: its last durable tick and, if that came in the terminal's epoch, in which batch. */
export const FeedCursor = TickCursor.extend({ sequence: U64.optional() });
export type FeedCursor = z.output<typeof FeedCursor>;

export const Welcome = z.object({
  type: z.literal("welcome"),
  /** The version that is spoken from here on. */
  protocol: z.int(),
  sessionId: z.string(),
  /** Of a feed: one for each symbol of the HELLO, in its order; null where nothing has been stored yet. Of an expert: none. */
  cursors: z.array(FeedCursor.nullable()),
  /** Ticks in a batch at most. */
  maxBatch: z.int().positive(),
  /** Ticks that may wait for their acknowledgement at most, over all symbols; no less than `maxBatch`. */
  window: z.int().positive(),
  /** A terminal that sends nothing for so long is closed. */
  idleSeconds: z.int().positive(),
});
export type Welcome = z.output<typeof Welcome>;

/** Every batch of the symbol up to `sequence` is stored for good; `cursor` is the feed's last durable tick. */
export const Ack = z.object({
  type: z.literal("ack"),
  symbolIndex: z.int(),
  epoch: U64,
  sequence: U64,
  cursor: TickCursor.nullable(),
});
export type Ack = z.output<typeof Ack>;

/** Why the bridge closes: sent just before the close frame, whose code is in `terminalErrors`. */
export const TerminalFailure = z.object({ type: z.literal("error"), code: z.string(), detail: z.string() });
export type TerminalFailure = z.output<typeof TerminalFailure>;

export const BridgeMessage = z.discriminatedUnion("type", [
  Welcome,
  Ack,
  TerminalFailure,
  Heartbeat,
  Instruction,
  SnapshotRequest,
  ReportStored,
]);
export type BridgeMessage = z.output<typeof BridgeMessage>;
