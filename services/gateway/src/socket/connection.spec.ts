import { socketLimits } from "@tradesage/contracts/socket";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createConnection, HIGH_WATER_BYTES } from "./connection.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a client that reads nothing is told once, then closed", () => {
  const sent: string[] = [];
  const closed: number[] = [];
  const socket = {
    send: (message: string) => {
      sent.push(message);
      return 0;
    },
    getBufferedAmount: () => HIGH_WATER_BYTES,
    end: (code: number) => closed.push(code),
  };
  const connection = createConnection(socket as never);
  connection.send("something large");
  const pass = (ms: number) => {
    vi.advanceTimersByTime(ms);
    connection.isSilent(Date.now());
  };
  pass(0);
  pass(socketLimits.slowMs);
  expect(sent).toHaveLength(1);
  pass(1_000);
  pass(1_000);
  expect(sent).toHaveLength(2);
  expect(JSON.parse(sent[1] ?? "")).toMatchObject({ type: "error", code: "CLIENT_TOO_SLOW" });
  expect(closed).toEqual([]);
  pass(2 * socketLimits.slowMs);
  expect(closed).toEqual([4408]);
});

test("a client is due a heartbeat after so long a silence, not while it is behind", () => {
  let buffered = 0;
  const socket = { send: () => 1, getBufferedAmount: () => buffered };
  const connection = createConnection(socket as never);
  expect(connection.isSilent(Date.now() + socketLimits.heartbeatMs - 1)).toBe(false);
  expect(connection.isSilent(Date.now() + socketLimits.heartbeatMs)).toBe(true);
  buffered = HIGH_WATER_BYTES;
  connection.send("something");
  expect(connection.isSilent(Date.now() + socketLimits.heartbeatMs)).toBe(false);
});

test("a client for whom there is no room any more is closed, not left without a message", () => {
  const closed: number[] = [];
  const socket = { send: () => 2, getBufferedAmount: () => 0, end: (code: number) => closed.push(code) };
  createConnection(socket as never).tell({ type: "pong" });
  expect(closed).toEqual([4408]);
});
