import { randomUUID } from "node:crypto";
import {
  type Ack,
  type BridgeMessage,
  bytesOfTicks,
  type Heartbeat,
  type Hello,
  MAX_TICKS_PER_BATCH,
  parseInput,
  readTicks,
  TERMINAL_PROTOCOL,
  type TerminalFailure,
  TerminalMessage,
  terminalErrors,
  type Welcome,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import type { Admit, Admitted } from "../admission.ts";
import { type Desk, openDesk } from "../expert/desk.ts";
import { type Durable, type Feed, openFeed } from "../feed/feed.ts";
import type { Gaps } from "../feed/gaps.ts";
import { lineageOf } from "../feed/lineage.ts";
import { inParallel } from "../in-parallel.ts";
import type { Meter } from "../meter.ts";
import { faultOf, TerminalFault } from "../terminal-fault.ts";
import { definitionOf } from "./define-instrument.ts";
import type { FeedHolders, Holder } from "./feed-holders.ts";
import type { Instruments } from "./instruments.ts";

/** Ticks of one terminal that may wait to be stored: 1.5 MiB, and a few times that in frames of one tick. */
const WINDOW = 32_768;
const PARALLEL = 32;
const DETAIL_CHARACTERS = 1_000;

export interface SessionParts {
  readonly admit: Admit;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly meter: Meter;
  readonly gaps: Gaps;
  readonly holders: FeedHolders;
  readonly instruments: Instruments;
  readonly helloMs: number;
  readonly idleMs: number;
}

/** The sending side of a terminal's socket. */
export interface Wire {
  /** False if the terminal has not read for so long that nothing more is kept for it. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
}

/** One connection of a terminal, from its upgrade to its end. */
export interface Session {
  /** Takes a frame, whose bytes are the session's until it returns. */
  receive(frame: Uint8Array, isBinary: boolean): void;
  /** Tells the terminal why, and closes. */
  end(error: unknown): void;
  /** The socket is closed. */
  onClosed(): void;
  /** To be called about once a second. */
  sweep(now: number): void;
  /** Resolves when it has ended and nothing of it is on its way any more. */
  readonly released: Promise<void>;
}

/** What a terminal has brought. */
export interface Dialled {
  readonly authorization: string;
  readonly address: string;
}

export function createSession(wire: Wire, dialled: Dialled, parts: SessionParts): Session {
  const id = randomUUID();
  const logger = parts.logger.child({ session: id });
  const over = new AbortController();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const connectedAt = Date.now();
  const admitting = parts.admit(dialled.authorization, dialled.address);
  let admitted: Admitted | undefined;
  let heardAt = connectedAt;
  let hello: Hello | undefined;
  let epoch: bigint | undefined;
  let holder: Holder | undefined;
  let opening: Promise<void> | undefined;
  let feeds: readonly Feed[] = [];
  let desk: Desk | undefined;
  let waiting = 0;
  let broker: Heartbeat["broker"];

  function send(message: BridgeMessage): void {
    if (over.signal.aborted || wire.send(JSON.stringify(message))) return;
    end(new TerminalFault("SLOW_READER"));
  }

  function end(error: unknown): void {
    if (over.signal.aborted) return;
    const { code, message } = faultOf(error);
    if (code === "INTERNAL") logger.error({ err: error }, "a terminal's connection failed");
    else logger.warn({ code, detail: message }, "a terminal is sent away");
    const failure: TerminalFailure = { type: "error", code, detail: message.slice(0, DETAIL_CHARACTERS) };
    wire.send(JSON.stringify(failure));
    finish(code);
    wire.close(terminalErrors[code].close, code);
  }

  function finish(code: string): void {
    if (over.signal.aborted) return;
    over.abort();
    admitted?.withdrawn.removeEventListener("abort", onWithdrawn);
    parts.meter.ended(code);
    void letGo();
  }

  async function letGo(): Promise<void> {
    await opening;
    await Promise.all(feeds.map((feed) => feed.stop()));
    await desk?.close();
    if (holder) parts.holders.release(holder);
    release();
  }

  function takeText(text: string): void {
    const json = parseJson(text);
    mustSpeak(json);
    const message = parseInput(TerminalMessage, json);
    if (message.type === "hello") {
      if (hello) throw new TerminalFault("HELLO_REPEATED");
      hello = message;
      epoch = BigInt(message.epoch);
      opening = open(message).catch(end);
    } else if (!hello) {
      throw new TerminalFault("HELLO_EXPECTED");
    } else if (message.type === "ticks") {
      takeTicks(bytesOfTicks(message));
    } else if (message.type !== "heartbeat") {
      if (!desk) throw new TerminalFault("FORBIDDEN", "Only an expert reports, and only after its welcome");
      desk.take(message);
    } else {
      if (message.broker !== broker) logger.info({ broker: message.broker }, "the terminal's link to its broker");
      broker = message.broker;
      send({ type: "heartbeat" });
    }
  }

  async function open(hello: Hello): Promise<void> {
    const { tenant } = await admitting;
    const { role, symbols, replay, login, server } = hello;
    const lineage = lineageOf(hello);
    holder = { tenant, terminal: `${server}\n${login}`, replace: () => end(new TerminalFault("REPLACED")), released };
    const names = symbols.map(({ symbol }) => symbol);
    const isExpert = role === "expert";
    // A space is in no symbol's name: the desk of a terminal is taken by its expert alone.
    await parts.holders.claim(holder, isExpert ? [`expert ${holder.terminal}`] : names, over.signal);
    const opened = await inParallel(isExpert ? [] : [...names.entries()], PARALLEL, ([symbolIndex, symbol]) =>
      openFeed({
        bus: parts.bus,
        meter: parts.meter,
        gaps: parts.gaps,
        tenant,
        symbol,
        lineage,
        replay,
        onDurable: (durable) => acknowledge(symbolIndex, hello.epoch, durable),
        onFault: end,
      }),
    );
    const isKnown = opened.some(({ resume }) => resume !== null);
    const definitions = symbols.map((symbol) => definitionOf(symbol, hello));
    await parts.instruments.define({ id, tenant, isKnown, signal: over.signal }, definitions);
    if (over.signal.aborted) return;
    feeds = opened;
    if (isExpert) desk = await openDesk({ bus: parts.bus, logger, tenant, hello, session: id, send });
    if (over.signal.aborted) return;
    send(welcome());
    logger.info({ tenant, server, login, role, symbols: names.length }, "a terminal came in");
  }

  const welcome = (): Welcome => ({
    type: "welcome",
    protocol: TERMINAL_PROTOCOL,
    sessionId: id,
    cursors: feeds.map(({ resume }) => resume),
    maxBatch: MAX_TICKS_PER_BATCH,
    window: WINDOW,
    idleSeconds: parts.idleMs / 1000,
  });

  function acknowledge(symbolIndex: number, epoch: string, { sequence, ticks, cursor }: Durable): void {
    waiting -= ticks;
    const ack: Ack = { type: "ack", symbolIndex, epoch, sequence: String(sequence), cursor };
    send(ack);
  }

  function takeTicks(frame: Uint8Array): void {
    if (!hello || feeds.length === 0) throw new TerminalFault("HELLO_EXPECTED");
    const batch = readTicks(frame, MAX_TICKS_PER_BATCH);
    const feed = feeds[batch.symbolIndex];
    if (!feed) throw new TerminalFault("UNKNOWN_SYMBOL_INDEX", `The HELLO has no symbol ${batch.symbolIndex}`);
    if (batch.epoch !== epoch) throw new TerminalFault("WRONG_EPOCH");
    if (feed.receive(batch)) waiting += batch.count;
    if (waiting > WINDOW) throw new TerminalFault("WINDOW_EXCEEDED");
  }

  const onWithdrawn = () => end(admitted?.withdrawn.reason);
  admitting.then((letIn) => {
    admitted = letIn;
    if (over.signal.aborted) return;
    if (admitted.withdrawn.aborted) onWithdrawn();
    admitted.withdrawn.addEventListener("abort", onWithdrawn, { once: true });
  }, end);

  return {
    released,
    end,
    receive(frame, isBinary) {
      if (over.signal.aborted) return;
      heardAt = Date.now();
      try {
        if (isBinary) takeTicks(frame);
        else takeText(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString());
      } catch (error) {
        end(error);
      }
    },
    onClosed: () => finish("CLOSED"),
    sweep(now) {
      if (!hello && now - connectedAt > parts.helloMs) end(new TerminalFault("HELLO_TIMEOUT"));
      else if (now - heardAt > parts.idleMs) end(new TerminalFault("IDLE"));
    },
  };
}

/** Told before anything else that a later version may have changed. */
function mustSpeak(message: unknown): void {
  const { type, protocol } = (message ?? {}) as { type?: unknown; protocol?: unknown };
  if (type !== "hello" || typeof protocol !== "number" || protocol === TERMINAL_PROTOCOL) return;
  throw new TerminalFault("UNSUPPORTED_PROTOCOL", `This bridge speaks version ${TERMINAL_PROTOCOL} and no other`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TerminalFault("MALFORMED_JSON");
  }
}
