import { describe, expect, test } from "vitest";
import { createConflation } from "./conflation.ts";
import { createConnection, HIGH_WATER_BYTES } from "./connection.ts";

/** A socket whose client reads when told: what uWebSockets.js would be to a connection. */
function slowSocket() {
  const sent: string[] = [];
  let buffered = 0;
  const socket = {
    send: (message: string) => sent.push(message),
    getBufferedAmount: () => buffered,
    cork: (work: () => void) => work(),
  };
  const connection = createConnection(socket as never);
  return {
    sent,
    connection,
    stall: () => {
      buffered = HIGH_WATER_BYTES;
    },
    read: () => {
      buffered = 0;
      connection.onDrain();
    },
  };
}

describe("a client that", () => {
  test("keeps up gets everything", () => {
    const { sent, connection } = slowSocket();
    const conflation = createConflation(connection);
    for (const message of ["1", "2", "3"]) conflation.offer("EURUSD", message);
    expect(sent).toEqual(["1", "2", "3"]);
  });

  test("stalls gets the newest of each key, the longest waiting first, and no more than there are keys", () => {
    const { sent, connection, stall, read } = slowSocket();
    const conflation = createConflation(connection);
    stall();
    for (let n = 0; n < 1000; n++) for (const key of ["GBPUSD", "EURUSD"]) conflation.offer(key, `${key} ${n}`);
    expect(sent).toEqual([]);
    read();
    conflation.flush();
    expect(sent).toEqual(["GBPUSD 999", "EURUSD 999"]);
  });

  test("no longer wants a key does not get what waited under it", () => {
    const { sent, connection, stall, read } = slowSocket();
    const conflation = createConflation(connection);
    stall();
    conflation.offer("EURUSD", "1");
    conflation.offer("GBPUSD", "2");
    conflation.keep((key) => key === "GBPUSD");
    read();
    conflation.flush();
    expect(sent).toEqual(["2"]);
  });
});
