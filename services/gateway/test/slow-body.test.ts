import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

async function open({ gateway } = rig): Promise<Socket> {
  const socket = connect(gateway.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}
async function answerOf(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  return text;
}
const head = (length: number) =>
  `POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

test("a body that does not arrive in time is refused and its connection ends", async () => {
  const impatient = await startRig({ deadlines: { bodyMs: 200 } });
  onTestFinished(() => impatient.close());
  const socket = await open(impatient);
  socket.write(`${head(100)}{"name":`);
  const answer = await answerOf(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain("BODY_TOO_SLOW");
});

test("a body without end is refused and its connection ends", async () => {
  const socket = await open();
  socket.on("error", () => {});
  const answer = answerOf(socket);
  socket.write(head(10_000_000));
  for (let sent = 0; sent < 3_000_000 && socket.writable; sent += 100_000) {
    socket.write("x".repeat(100_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await answer).toMatch(/^HTTP\/1\.1 413 |^$/);
});

test("headers without end are cut off", async () => {
  const socket = await open();
  socket.on("error", () => {});
  const answer = answerOf(socket);
  socket.write(`GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Long: ${"y".repeat(100_000)}\r\n\r\n`);
  expect(await answer).toMatch(/^HTTP\/1\.1 431 |^$/);
});

test("a client that leaves in the middle of a request harms nobody", async () => {
  for (let i = 0; i < 20; i++) {
    const socket = await open();
    socket.write(`${head(100)}{"name"`);
    socket.destroy();
  }
  expect((await fetch(`${rig.url}/health`)).status).toBe(200);
});
