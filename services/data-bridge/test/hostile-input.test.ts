import { encodeTickBatch, refuse } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Rig, startRig, ticksOf } from "./rig.ts";
import { batchOf, dial, helloOf, tick } from "./terminal.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const HOUR = 3_600_000;
const T = 1_700_000_000_000;

describe("an upgrade is refused", () => {
  async function statusFor(authorization?: string): Promise<number | undefined> {
    const socket = new WebSocket(rig.url, { headers: authorization === undefined ? {} : { authorization } });
    let status: number | undefined;
    socket.on("unexpected-response", (_, response) => {
      status = response.statusCode;
      socket.terminate();
    });
    socket.on("error", () => undefined);
    await until("the connection has ended", () => socket.readyState === WebSocket.CLOSED);
    return status;
  }

  test("with 401 without a token", async () => {
    expect(await statusFor()).toBe(401);
    expect(await statusFor("Basic YTpi")).toBe(401);
  });

  test("on other paths, with a problem", async () => {
    const answer = await fetch(rig.url.replace("ws:", "http:").replace("/terminal", "/"));
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: "ROUTE_NOT_FOUND" }]);
  });

  test("and an upgrade that is given up half-way leaves the bridge alive", async () => {
    const authorization = `Bearer ${await rig.key("acme")}`;
    for (let n = 0; n < 50; n++) {
      const socket = new WebSocket(rig.url, { headers: { authorization } });
      socket.on("error", () => undefined);
      socket.on("open", () => socket.terminate());
      if (n % 2) socket.terminate();
    }
    await (await dial(rig.url, await rig.key("acme"))).hello();
  });
});

describe("a terminal key", () => {
  const altered = (key: string, from: string, to: string) => key.replace(from, to);
  const lastChanged = (key: string) => `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
  test.each([
    ["that is nonsense", async () => "nonsense"],
    ["that is a token of the API", async () => "eyJhbGciOiJFZERTQSJ9.eyJ0ZW5hbnQiOiJhY21lIn0.c2lnbmF0dXJl"],
    ["that is cut short", async () => (await rig.key("acme")).slice(0, -1)],
    ["with another secret", async () => lastChanged(await rig.key("acme"))],
    ["of another tenant under this one's name", async () => altered(await rig.key("globex"), "globex", "acme")],
    ["of a tenant that does not exist", async () => altered(await rig.key("acme"), "acme", "nobody")],
    ["with a path for a tenant", async () => altered(await rig.key("acme"), "acme", "../acme")],
  ])("%s ends the connection, and what came with it is not taken", async (_, key) => {
    const { length } = rig.commands;
    const terminal = await dial(rig.url, await key());
    terminal.send(helloOf("EURUSD"));
    expect(await terminal.end()).toEqual({ code: "UNAUTHENTICATED", close: 4401 });
    expect(rig.commands.length).toBe(length);
  });

  test("that is revoked sends its terminals away, and no others, and opens no more", async () => {
    const [key, other] = [await rig.key("revoking"), await rig.key("revoking")];
    const terminal = await dial(rig.url, key);
    await terminal.hello();
    const neighbour = await dial(rig.url, other);
    await neighbour.hello({ ...helloOf("GBPUSD"), login: 2 });
    const keyId = key.split(".")[2] as string;
    await rig.happened("revoking", { type: "TerminalKeyRevoked", data: { tenantId: "revoking", keyId } });
    expect(await terminal.end()).toEqual({ code: "KEY_REVOKED", close: 4407 });
    expect(await (await dial(rig.url, key)).end()).toEqual({ code: "UNAUTHENTICATED", close: 4401 });
    neighbour.send({ type: "heartbeat", broker: "connected" });
    await until("a heartbeat", () => neighbour.messages.some(({ type }) => type === "heartbeat"));
  });

  test("of a suspended tenant opens nothing until the tenant is resumed", async () => {
    const key = await rig.key("pausing");
    const terminal = await dial(rig.url, key);
    await terminal.hello();
    await rig.happened("pausing", { type: "TenantSuspended", data: { tenantId: "pausing" } });
    expect(await terminal.end()).toEqual({ code: "TENANT_NOT_ACTIVE", close: 4415 });
    expect(await (await dial(rig.url, key)).end()).toEqual({ code: "TENANT_NOT_ACTIVE", close: 4415 });
    await rig.happened("pausing", { type: "TenantResumed", data: { tenantId: "pausing" } });
    await (await dial(rig.url, key)).hello();
  });

  test("that was issued while the bridge ran opens at once", async () => {
    await (await dial(rig.url, await rig.key("early_bird"))).hello();
    await (await dial(rig.url, await rig.key("early_bird"))).hello();
  });
});

describe("before the welcome", () => {
  test.each([
    ["text that is not JSON", "{", "MALFORMED_JSON", 4402],
    ["JSON of no known type", { type: "goodbye" }, "INVALID_INPUT", 4422],
    ["a HELLO of another tenant", { ...helloOf("EURUSD"), tenant: "globex" }, "INVALID_INPUT", 4422],
    ["a HELLO with NUL in a symbol", helloOf("EUR\u0000USD"), "INVALID_INPUT", 4422],
    ["a HELLO with a wildcard for a symbol", helloOf("EURUSD.>"), "INVALID_INPUT", 4422],
    ["a HELLO of another version", { ...helloOf("EURUSD"), protocol: 2 }, "UNSUPPORTED_PROTOCOL", 4426],
    ["a heartbeat", { type: "heartbeat" }, "HELLO_EXPECTED", 4405],
    ["ticks", encodeTickBatch(batchOf(1, T)), "HELLO_EXPECTED", 4405],
  ])("%s ends the connection with a code", async (_, frame, code, close) => {
    const terminal = await dial(rig.url, await rig.key("early"));
    terminal.send(frame);
    expect(await terminal.end()).toEqual({ code, close });
  });

  test("silence ends it", async () => {
    const { url } = await rig.another({ helloMs: 200 });
    const terminal = await dial(url, await rig.key("early"));
    expect(await terminal.end()).toEqual({ code: "HELLO_TIMEOUT", close: 4408 });
  });

  test("a specification that contradicts itself ends it, as the trading service judges", async () => {
    rig.onCommand(async () => refuse("INVALID_INPUT", "the step is larger than the maximum"));
    const terminal = await dial(rig.url, await rig.key("early"));
    terminal.send(helloOf("EURUSD"));
    expect(await terminal.end()).toEqual({ code: "INVALID_INPUT", close: 4422 });
  });
});

describe("after the welcome nothing is published, and the connection ends with a code, for", () => {
  const good = encodeTickBatch(batchOf(1, T, 3));
  const altered = (change: (view: DataView) => void) => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };
  test.each([
    ["an empty frame", new Uint8Array(), "MALFORMED_FRAME", 4400],
    ["a wrong magic", altered((view) => view.setUint8(0, 0x55)), "MALFORMED_FRAME", 4400],
    ["an unknown version", altered((view) => view.setUint8(1, 9)), "MALFORMED_FRAME", 4400],
    ["a count larger than its bytes", altered((view) => view.setUint16(6, 4, true)), "MALFORMED_FRAME", 4400],
    ["a count smaller than its bytes", altered((view) => view.setUint16(6, 2, true)), "MALFORMED_FRAME", 4400],
    ["a truncated batch", good.subarray(0, -1), "MALFORMED_FRAME", 4400],
    ["a frame much too large", new Uint8Array(500_000).fill(0x54), "MALFORMED_FRAME", 4400],
    ["a time before 1970", altered((view) => view.setBigInt64(32, -1n, true)), "MALFORMED_FRAME", 4400],
    ["a sequence of 0", encodeTickBatch(batchOf(0, T)), "MALFORMED_FRAME", 4400],
    ["an unknown symbol index", encodeTickBatch(batchOf(1, T, 1, { symbolIndex: 1 })), "UNKNOWN_SYMBOL_INDEX", 4404],
    [
      "the symbol index of the bus",
      encodeTickBatch(batchOf(1, T, 1, { symbolIndex: 65535 })),
      "UNKNOWN_SYMBOL_INDEX",
      4404,
    ],
    ["another epoch than the HELLO's", encodeTickBatch(batchOf(1, T, 1, { epoch: 2n })), "WRONG_EPOCH", 4410],
    ["a second HELLO", JSON.stringify(helloOf("EURUSD")), "HELLO_REPEATED", 4406],
    ["text garbage", "\u0000\u0001", "MALFORMED_JSON", 4402],
  ])("%s", async (_, frame, code, close) => {
    const terminal = await dial(rig.url, await rig.key("hostile"));
    await terminal.hello();
    terminal.send(frame);
    expect(await terminal.end()).toEqual({ code, close });
    expect(await rig.stored("hostile", "EURUSD")).toEqual([]);
  });

  test("a frame above what is ever read", async () => {
    const terminal = await dial(rig.url, await rig.key("hostile"));
    await terminal.hello();
    terminal.send(new Uint8Array(2 ** 20 + 1));
    expect((await terminal.end()).close).toBe(1006);
  });

  test("silence: no ticks and no heartbeat", async () => {
    const { url } = await rig.another({ idleMs: 1_000 });
    const terminal = await dial(url, await rig.key("hostile"));
    await terminal.hello();
    expect(await terminal.end()).toEqual({ code: "IDLE", close: 4412 });
  });
});

test("doubtful ticks are stored, marked with the reason", async () => {
  const terminal = await dial(rig.url, await rig.key("doubtful"));
  await terminal.hello();
  terminal.batch({
    ticks: [
      tick(T),
      tick(T + 1, { bid: 1.1, ask: 1.09 }),
      tick(T + 2, { bid: Number.NaN }),
      tick(T + 3, { ask: Number.POSITIVE_INFINITY }),
      tick(T + 4, { bid: 0 }),
      tick(T - HOUR),
      tick(T + 5, { bid: 2.2, ask: 2.3 }),
      tick(T + 6, { quality: 0xffff }),
    ],
  });
  await terminal.acknowledged(1);
  const [crossed, outOfOrder, spike, notANumber, zero] = [1, 4, 8, 16, 32];
  const marks = ticksOf(await rig.stored("doubtful", "EURUSD")).map(({ quality }) => quality);
  expect(marks).toEqual([0, crossed, notANumber, notANumber, zero, outOfOrder, spike, 0]);
  expect(await rig.metric('tradesage_bridge_doubts_total{tenant="doubtful"')).toContain('doubt="spike"');
});

test("the age of a tick is judged unless the terminal replays", async () => {
  const now = Date.now();
  const live = await dial(rig.url, await rig.key("aged"));
  await live.hello({ replay: false });
  live.batch({ ticks: [tick(now - HOUR), tick(now), tick(now + HOUR)] });
  await live.acknowledged(1);
  expect(ticksOf(await rig.stored("aged", "EURUSD")).map(({ quality }) => quality)).toEqual([2, 0, 64]);
});

test("terminal keys that nobody knows are looked for so often for one address, and those that are known open all the same", async () => {
  const { url } = await rig.another({ keysPerAddress: 1 });
  const key = await rig.key("bounded");
  await (await dial(url, key)).hello();
  const strangers = Array.from({ length: 50 }, (_, n) => key.replace("bounded", `stranger${n}`));
  const ends = await Promise.all(strangers.map(async (stranger) => (await dial(url, stranger)).end()));
  const codes = ends.map(({ code, close }) => `${code} ${close}`);
  expect(new Set(codes)).toEqual(new Set(["UNAUTHENTICATED 4401", "RATE_LIMITED 4416"]));
  await (await dial(url, key)).hello();
});
