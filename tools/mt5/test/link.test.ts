import { until } from "@tradesage/until";
import { expect, test } from "vitest";
import { workbench } from "../src/testing/workbench.ts";
import { serve } from "./raw-server.ts";

const frame = (text: string) => Buffer.concat([Uint8Array.of(0x81, text.length), Buffer.from(text)]);
const closing = (code: number) => Uint8Array.of(0x88, 2, code >> 8, code & 255);

/** The programs' link, dialled and welcomed. */
async function welcomed() {
  const server = await serve();
  const { functions, structs, terminal } = workbench(["Bytes.mqh", "Json.mqh", "WebSocket.mqh", "Link.mqh"]);
  const link = new (structs["Link"] as new () => Record<string, unknown>)();
  const receive = () => functions["LinkReceive"]?.(link) as string;
  functions["LinkBegin"]?.(link);
  const dial = async () => {
    expect(functions["LinkMayDial"]?.(link)).toBe(true);
    expect(await functions["LinkDial"]?.(link, `ws://127.0.0.1:${server.port}/`, "key", "{}")).toBe(true);
  };
  await dial();
  const socket = await server.connection;
  socket.write(frame('{"type":"welcome","idleSeconds":30}'));
  await until("the welcome", () => receive() !== "");
  const ended = () => terminal.journal.filter((line) => line.includes("the link ended"));
  return {
    ...{ link, socket, receive, ended },
    say: () => functions["LinkSay"]?.(link, "x".repeat(100)),
    keepAlive: () => functions["LinkKeepAlive"]?.(link),
    mayDial: () => functions["LinkMayDial"]?.(link),
    /** Milliseconds until it may dial again. */
    pause: () => Number(link["retryAt"] as bigint) - performance.now(),
    heard: server.heard,
  };
}

test("a link that breaks within a frame ends once, and is dialled again after a pause", async () => {
  const { link, socket, receive, ended, mayDial, pause } = await welcomed();
  socket.end(Uint8Array.of(0x81, 100, 1, 2, 3));
  await until("the end is noticed", () => receive() === "" && ended().length > 0);
  for (let again = 0; again < 3; again++) receive();
  expect(ended()).toEqual(["TradeSage: the link ended with 1006 the connection broke"]);
  expect([link["isUp"], link["isWelcome"]]).toEqual([false, false]);
  expect(pause()).toBeLessThanOrEqual(100);
  await until("it may dial", () => mayDial() === true);
});

test("a link whose end is noticed in sending is not taken for welcomed any more", async () => {
  const { link, socket, receive, say, ended } = await welcomed();
  socket.resetAndDestroy();
  await until("nothing can be sent", () => say() === false);
  receive();
  expect([link["isUp"], link["isWelcome"], ended().length]).toEqual([false, false, 1]);
});

test.each([
  [4411, 100],
  [4409, 100],
  [1001, 100],
  [4401, 60_000],
  [4414, 60_000],
  [4422, 60_000],
])("after close code %i it pauses at most %i ms, at least half of that", async (code, most) => {
  const { link, socket, receive, ended, pause } = await welcomed();
  const before = performance.now();
  socket.write(frame('{"type":"error","code":"WHY","detail":"because"}'));
  socket.write(closing(code));
  await until("the end is noticed", () => receive() === "" && ended().length > 0);
  expect(ended()).toEqual([`TradeSage: the link ended with ${code} WHY: because`]);
  expect(pause()).toBeLessThanOrEqual(most);
  expect(Number(link["retryAt"]) - before).toBeGreaterThan(most / 2 - 1);
});

test("it says that it lives, and lets go of a link on which nothing is heard", async () => {
  const { link, keepAlive, receive, ended, heard } = await welcomed();
  const before = heard().length;
  link["saidAt"] = (link["saidAt"] as bigint) - 10_000n;
  keepAlive();
  await until("the heartbeat", () => heard().length > before);
  receive();
  link["heardAt"] = (link["heardAt"] as bigint) - 30_001n;
  keepAlive();
  expect(ended()).toEqual(["TradeSage: the link ended with 1006 nothing was heard from the bridge for too long"]);
});
