import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Ack,
  BridgeMessage,
  type Heartbeat,
  type Hello,
  type Instruction,
  type ReportStored,
  type SnapshotRequest,
  type TerminalErrorCode,
  terminalErrorOf,
  terminalErrors,
  type Welcome,
} from "@tradesage/contracts";
import { WebSocket } from "ws";
import { frameOf } from "./frame.ts";
import type { Wire } from "./misbehaviour.ts";
import type { EndCode } from "./terminal-ended.ts";

export interface LinkOptions {
  /** `ws://127.0.0.1:7401/terminal` */
  readonly url: string;
  readonly key: string;
  readonly hello: Hello;
  readonly signal: AbortSignal;
  onWelcome(welcome: Welcome, wire: Wire): void;
  onAck?(ack: Ack): void;
  /** Only an expert is told so. */
  onInstruction?(instruction: Instruction): void;
  onSnapshotRequest?(request: SnapshotRequest): void;
  onReportStored?(stored: ReportStored): void;
}

/** Why a link ended. */
export interface LinkEnd {
  readonly code: EndCode;
  readonly detail: string;
  /** Whether it helps to come back as before. */
  readonly retry: boolean;
  /** Whether the bridge had let it in. */
  readonly welcomed: boolean;
}

const HANDSHAKE_MS = 5_000;
const PIECES = 4;
const PIECE_MS = 5;
/** Until the bridge has said otherwise. */
const FIRST_IDLE_MS = 15_000;

/** One connection to the bridge, from dialling to its end. Never rejects. */
export function holdLink({ url, key, hello, signal, onWelcome, ...told }: LinkOptions): Promise<LinkEnd> {
  const { promise, resolve } = Promise.withResolvers<LinkEnd>();
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${key}` },
    handshakeTimeout: HANDSHAKE_MS,
    perMessageDeflate: false,
  });
  let end: Omit<LinkEnd, "welcomed"> = { code: "LINK_LOST", detail: "the connection ended", retry: true };
  let welcomed = false;
  let idleMs = FIRST_IDLE_MS;
  let heardAt = Date.now();
  let heartbeat: NodeJS.Timeout | undefined;

  let raw: Socket | undefined;
  /** What waits behind a batch that is being written slowly. */
  let slowly: Promise<void> | undefined;
  const wire: Wire = {
    send: (batch) => void (slowly ? slowly.then(() => socket.send(batch)) : socket.send(batch)),
    sendSlowly(batch) {
      const pieces = (slowly ?? Promise.resolve()).then(async () => {
        const frame = frameOf(batch, 2);
        const length = Math.ceil(frame.length / PIECES);
        for (let at = 0; at < frame.length && !raw?.destroyed; at += length) {
          raw?.write(frame.subarray(at, at + length));
          await sleep(PIECE_MS);
        }
      });
      const done = pieces.then(() => {
        if (slowly === done) slowly = undefined;
      });
      slowly = done;
    },
    sendHalf(batch) {
      const frame = frameOf(batch, 2);
      raw?.end(frame.subarray(0, Math.floor(frame.length / 2)));
    },
    say(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    cut: () => socket.terminate(),
  };

  const beat = () => {
    if (Date.now() - heardAt > idleMs) return lose("nothing was heard from the bridge for too long");
    const message: Heartbeat = { type: "heartbeat", broker: "connected" };
    if (socket.readyState === WebSocket.OPEN && !slowly) socket.send(JSON.stringify(message));
  };
  const beatEvery = (milliseconds: number) => {
    clearInterval(heartbeat);
    heartbeat = setInterval(beat, milliseconds);
  };
  function lose(detail: string): void {
    end = { code: "LINK_LOST", detail, retry: true };
    socket.terminate();
  }
  // What is acknowledged is stored, what is not is sent again: cutting the link loses nothing.
  const leave = () => socket.terminate();

  function take(text: string): void {
    const message = BridgeMessage.parse(JSON.parse(text));
    switch (message.type) {
      case "welcome":
        welcomed = true;
        idleMs = message.idleSeconds * 1000;
        beatEvery(idleMs / 3);
        onWelcome(message, wire);
        return;
      case "ack":
        told.onAck?.(message);
        return;
      case "error":
        end = {
          code: message.code as TerminalErrorCode,
          detail: message.detail,
          retry: terminalErrors[message.code as TerminalErrorCode]?.retry ?? true,
        };
        return;
      case "instruction":
        told.onInstruction?.(message);
        return;
      case "snapshot-request":
        told.onSnapshotRequest?.(message);
        return;
      case "report-stored":
        told.onReportStored?.(message);
        return;
      case "heartbeat":
        return;
    }
  }

  signal.addEventListener("abort", leave, { once: true });
  socket.on("upgrade", (response) => {
    raw = response.socket;
  });
  socket.on("open", () => {
    beatEvery(FIRST_IDLE_MS / 3);
    socket.send(JSON.stringify(hello));
  });
  socket.on("ping", () => {
    heardAt = Date.now();
  });
  socket.on("message", (data) => {
    heardAt = Date.now();
    try {
      take(String(data));
    } catch (error) {
      lose(`the bridge sent what is not of the protocol: ${(error as Error).message}`);
    }
  });
  socket.on("error", (error) => {
    if (end.code === "LINK_LOST") end = { ...end, detail: error.message };
  });
  socket.on("close", (close) => {
    clearInterval(heartbeat);
    signal.removeEventListener("abort", leave);
    const code = terminalErrorOf(close);
    if (code && end.code === "LINK_LOST") {
      const { retry, title: detail } = terminalErrors[code];
      end = { code, detail, retry };
    }
    resolve({ ...end, welcomed });
  });
  return promise;
}
