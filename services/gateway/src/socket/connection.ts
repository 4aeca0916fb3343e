import type { WebSocket } from "uWebSockets.js";
import { type RefusalCode, Refused } from "@tradesage/contracts";
import { type CloseCode, closeCodes, type ServerMessage, socketLimits } from "@tradesage/contracts/socket";
import { type Deadlines, deadlines } from "../deadlines.ts";

/** Bytes that may wait in our memory for one client before nothing is sent to him that can wait. */
export const HIGH_WATER_BYTES = 65_536;
/** Bytes beyond which uWebSockets.js keeps nothing more for him. */
export const MOST_BYTES = 4 * HIGH_WATER_BYTES;

/** The sending side of one client's socket. */
export interface Connection {
  /** Sends a message; ask `isWritable` before what can wait. One that finds no room ends the connection. */
  send(message: string | Uint8Array): void;
  tell(message: ServerMessage): void;
  /** Of uWebSockets.js: what is published there is sent here. */
  join(topic: string): void;
  leave(topic: string): void;
  /** Sends several messages in one packet. */
  together(send: () => void): void;
  isOpen(): boolean;
  /** Whether the client reads as fast as it is sent to. */
  isWritable(): boolean;
  /** When it is writable again, or closed. */
  writable(): Promise<void>;
  /** Closes with a code and its reason. */
  close(code: CloseCode): void;
  /** To be called when uWebSockets.js says so. */
  onDrain(): void;
  onClosed(): void;
  /**
   * To be called about once a second: tells, then closes a client that reads nothing; true if nothing but what was
   * published has been sent for long.
   */
  isSilent(now: number): boolean;
}

export function createConnection(
  socket: WebSocket<unknown>,
  { heartbeatMs }: Pick<Deadlines, "heartbeatMs"> = deadlines,
): Connection {
  let open = true;
  let lastSent = Date.now();
  /** Since when the client has taken nothing, while something waits for it. */
  let stuckSince: number | undefined;
  let isTold = false;
  let waiting: (() => void)[] = [];

  const release = () => {
    const resolved = waiting;
    waiting = [];
    for (const resolve of resolved) resolve();
  };

  const connection: Connection = {
    send(message) {
      if (!open) return;
      lastSent = Date.now();
      const isDropped = socket.send(message, typeof message !== "string") === 2;
      if (isDropped) connection.close(4408);
    },
    tell: (message) => connection.send(JSON.stringify(message)),
    join(topic) {
      if (open) socket.subscribe(topic);
    },
    leave(topic) {
      if (open) socket.unsubscribe(topic);
    },
    together(send) {
      if (open) socket.cork(send);
    },
    isOpen: () => open,
    isWritable: () => open && socket.getBufferedAmount() < HIGH_WATER_BYTES,
    writable: () =>
      !open || connection.isWritable() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    close(code) {
      if (!open) return;
      socket.end(code, closeCodes[code].reason);
    },
    onDrain() {
      isTold = false;
      stuckSince = connection.isWritable() ? undefined : Date.now();
      if (stuckSince === undefined) release();
    },
    onClosed() {
      open = false;
      release();
    },
    isSilent(now) {
      if (!connection.isWritable()) stuckSince ??= now;
      const stuckMs = stuckSince === undefined ? 0 : now - stuckSince;
      if (stuckMs > 3 * socketLimits.slowMs) connection.close(4408);
      else if (stuckMs > socketLimits.slowMs && !isTold) {
        isTold = true;
        connection.tell(errorMessage(new Refused("CLIENT_TOO_SLOW")));
      }
      return connection.isWritable() && now - lastSent >= heartbeatMs;
    },
  };
  return connection;
}

/** A refusal as a message; `id` is the subscription's. */
export function errorMessage(refused: Refused, id?: string): ServerMessage {
  const { errors } = refused.values as { errors?: { path: string; code: string; message: string }[] };
  const code: RefusalCode = refused.code;
  return { type: "error", code, detail: refused.message, ...(id !== undefined && { id }), ...(errors && { errors }) };
}
