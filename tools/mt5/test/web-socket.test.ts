import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { until } from "@tradesage/until";
import { expect, test } from "vitest";
import { bytes, temporaryFolder, workbench } from "../src/testing/workbench.ts";
import { serve, welcomeTo } from "./raw-server.ts";

const TEXT = 1;
const BINARY = 2;
const CLOSED = 3;

/** The programs' WebSocket client. */
function client(trust?: string) {
  const { functions, structs } = workbench(["Bytes.mqh", "WebSocket.mqh"], trust === undefined ? {} : { trust });
  const socket = new (structs["WebSocket"] as new () => Record<string, unknown>)();
  const message = bytes();
  const events: [event: number, text: string][] = [];
  return {
    socket,
    open: (url: string) => functions["OpenWebSocket"]?.(socket, url, "the-key") as Promise<string>,
    /** Takes what has come, and waits until so many events were seen. */
    async events(count: number) {
      await until(`${count} events`, () => {
        const event = functions["ReceiveMessage"]?.(socket, message) as number;
        if (event > 0) events.push([event, Buffer.from(message.items).toString()]);
        return events.length >= count;
      });
      return events;
    },
  };
}

test("a message comes whole though it was sent in fragments, byte by byte, with a ping between", async () => {
  const server = await serve();
  const { open, events } = client();
  expect(await open(`ws://127.0.0.1:${server.port}/terminal?x=1`)).toBe("");
  expect(server.request()).toMatch(/^GET \/terminal\?x=1 HTTP\/1.1\r\nHost: 127.0.0.1:\d+\r\n/);
  expect(server.request()).toContain("\r\nAuthorization: Bearer the-key\r\n");
  const socket = await server.connection;
  const frames = [0x01, 2, 72, 101, 0x89, 2, 1, 2, 0x00, 1, 108, 0x80, 2, 108, 111, 0x82, 1, 33];
  for (const byte of frames) {
    socket.write(Uint8Array.of(byte));
    await new Promise(setImmediate);
  }
  expect(await events(2)).toEqual([
    [TEXT, "Hello"],
    [BINARY, "!"],
  ]);
  await until("the pong is there", () => server.heard().length >= 8);
  const pong = server.heard();
  expect([pong[0], pong[1], (pong[6] ?? 0) ^ (pong[2] ?? 0), (pong[7] ?? 0) ^ (pong[3] ?? 0)]).toEqual([
    0x8a, 0x82, 1, 2,
  ]);
});

test("a frame that comes right behind the answer to the handshake is not lost", async () => {
  const server = await serve((request) => `${welcomeTo(request)}\x01\x02hi`);
  const { open, events } = client();
  expect(await open(`ws://127.0.0.1:${server.port}/`)).toBe("");
  (await server.connection).write(Uint8Array.of(0x80, 1, 33));
  expect(await events(1)).toEqual([[TEXT, "hi!"]]);
});

test.each([
  ["a server that refuses", () => "HTTP/1.1 401 Unauthorized\r\n\r\n", "the bridge answered HTTP/1.1 401 Unauthorized"],
  ["a server that knows no WebSocket", () => "HTTP/1.1 101 Switching Protocols\r\n\r\n", "no WebSocket server"],
])("%s is told", async (_, answer, problem) => {
  const server = await serve(answer);
  const { open, socket } = client();
  expect(await open(`ws://127.0.0.1:${server.port}/`)).toContain(problem);
  expect(socket["handle"]).toBe(-1);
});

test("nobody at the other end is told", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  expect(await client().open(`ws://127.0.0.1:${port}/`)).toContain("no connection to 127.0.0.1");
});

test("a close frame is answered, and its code and reason are kept", async () => {
  const server = await serve();
  const { open, events, socket } = client();
  await open(`ws://127.0.0.1:${server.port}/`);
  (await server.connection).write(Uint8Array.of(0x88, 6, 0x11, 0x3b, ...Buffer.from("IDLE")));
  expect((await events(1))[0]?.[0]).toBe(CLOSED);
  expect([socket["closeCode"], socket["closeReason"]]).toEqual([4411, "IDLE"]);
  await until("the answer is there", () => server.heard().length >= 12);
  expect(server.heard()[0]).toBe(0x88);
});

test.each([
  ["a continuation of nothing", [0x80, 0], 1002],
  ["a message within a message", [0x01, 0, 0x81, 0], 1002],
  ["a masked frame", [0x81, 0x80, 0, 0, 0, 0], 1002],
])("%s ends the connection", async (_, frames, code) => {
  const server = await serve();
  const { open, events, socket } = client();
  await open(`ws://127.0.0.1:${server.port}/`);
  (await server.connection).write(Uint8Array.from(frames));
  expect((await events(1))[0]?.[0]).toBe(CLOSED);
  expect(socket["closeCode"]).toBe(code);
});

test("an end without a word is noticed, after all that came before it", async () => {
  const server = await serve();
  const { open, events, socket } = client();
  await open(`ws://127.0.0.1:${server.port}/`);
  (await server.connection).end(Uint8Array.of(0x81, 2, 104, 105));
  expect((await events(2)).map(([event]) => event)).toEqual([TEXT, CLOSED]);
  expect(socket["closeCode"]).toBe(1006);
});

// A certificate is made by openssl, which a machine may lack.
test.skipIf(spawnSync("openssl", ["version"]).status !== 0)("the same over TLS", async () => {
  const folder = temporaryFolder();
  const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  const subject = "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1";
  const make = `req -x509 -newkey rsa:2048 -nodes -keyout ${key} -out ${certificate} -days 2 ${subject}`;
  expect(spawnSync("openssl", make.split(" ")).status).toBe(0);
  const trust = readFileSync(certificate, "utf8");
  const server = await serve(welcomeTo, createTlsServer({ cert: trust, key: readFileSync(key) }));
  const { open, events } = client(trust);
  expect(await open(`wss://localhost:${server.port}/`)).toBe("");
  (await server.connection).write(Uint8Array.of(0x81, 2, 104, 105));
  expect(await events(1)).toEqual([[TEXT, "hi"]]);
  expect(await client().open(`wss://localhost:${server.port}/`)).toContain("no TLS with localhost");
});
