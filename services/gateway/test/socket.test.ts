import { once } from "node:events";
import { connect } from "node:net";
import { encodeTickBatch, NO_SYMBOL_INDEX, refuse, streams, type TenantId, type Tick } from "@tradesage/contracts";
import { socketLimits } from "@tradesage/contracts/socket";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";
import { connectSocket } from "./socket-client.ts";

let rig: Rig;
let tenant: TenantId;
let token: string;

beforeAll(async () => {
  rig = await startRig({ allowedOrigins: ["https://desk.example.com"] });
  tenant = await rig.tenant();
  token = await rig.token({ tenant, roles: ["viewer"] });
});
afterAll(() => rig.close());

const opened = async () => {
  const client = connectSocket(rig.url, { token });
  await client.next("authenticated");
  return client;
};
const tick = (bid: number, timeMsc = 1_700_000_000_000): Tick => ({
  timeMsc,
  bid,
  ask: bid + 0.0002,
  last: 0,
  volume: 0,
  flags: 6,
  ordinal: 0,
  quality: 0,
});
const batch = (ticks: readonly Tick[], kind: "live" | "backfill" = "live") =>
  encodeTickBatch({
    kind,
    symbolIndex: NO_SYMBOL_INDEX,
    epoch: 1n,
    sequence: 1n,
    lost: 0,
    utcOffsetSeconds: 7200,
    ticks,
  });

describe("a client is let in", () => {
  test("by the header of the upgrade", async () => {
    const client = await opened();
    expect(await client.next("authenticated")).toMatchObject({ subject: "ann", tenant, roles: ["viewer"] });
    client.socket.close();
  });

  test("by its first message, and may prolong with a new token of the same tenant only", async () => {
    const client = connectSocket(rig.url);
    await once(client.socket, "open");
    client.send({ type: "authenticate", token });
    await client.next("authenticated");
    client.send({ type: "authenticate", token: await rig.token({ tenant, subject: "bob" }) });
    await client.next("authenticated", { subject: "bob" });
    client.send({ type: "authenticate", token: await rig.token({ tenant: await rig.tenant() }) });
    expect(await client.whenClosed()).toEqual({ code: 4403, reason: "FORBIDDEN" });
  });

  test("until its tenant is suspended, and again once it is resumed", async () => {
    const suspended = await rig.tenant();
    const own = await rig.token({ tenant: suspended });
    const tell = (type: string) => rig.append(streams.tenant(suspended), [{ type, data: { tenantId: suspended } }]);
    const client = connectSocket(rig.url, { token: own });
    await client.next("authenticated");
    await tell("TenantSuspended");
    expect(await client.next("error")).toMatchObject({ code: "TENANT_NOT_ACTIVE" });
    expect(await client.whenClosed()).toEqual({ code: 4403, reason: "FORBIDDEN" });
    expect(await connectSocket(rig.url, { token: own }).next("error")).toMatchObject({ code: "TENANT_NOT_ACTIVE" });
    await tell("TenantResumed");
    await until("the tenant to be let in", async () => {
      const again = connectSocket(rig.url, { token: own });
      const first = await until("a first word", () => again.messages.length > 0).then(() => again.messages[0]);
      again.socket.close();
      return first?.type === "authenticated";
    });
  });

  test("from a page of the gateway or of an allowed origin", async () => {
    for (const origin of [rig.url, "https://desk.example.com"]) {
      const client = connectSocket(rig.url, { token, headers: { origin } });
      await client.next("authenticated");
      client.socket.close();
    }
  });
});

describe("a client is not let in", () => {
  const refusedWith = async (options: Parameters<typeof connectSocket>[1]) => {
    const { socket } = connectSocket(rig.url, options);
    const [, response] = await once(socket, "unexpected-response");
    socket.terminate();
    return response.statusCode;
  };

  test("with a token in the address", async () => {
    expect(await refusedWith({ search: `?token=${token}` })).toBe(422);
  });

  test("from a foreign page, or one without a name", async () => {
    expect(await refusedWith({ token, headers: { origin: "https://evil.example.com" } })).toBe(403);
    expect(await refusedWith({ token, headers: { origin: "null" } })).toBe(403);
  });

  test("with a token that is none, a terminal's key, a token of an operator, or of a tenant that is not there", async () => {
    const closedWith = async (bad: string) => (await connectSocket(rig.url, { token: bad }).whenClosed()).code;
    expect(await closedWith("nonsense")).toBe(4401);
    expect(await closedWith(`tsk.${tenant}.london.${"A".repeat(43)}`)).toBe(4401);
    expect(await closedWith(await rig.token({ roles: ["operator"] }))).toBe(4403);
    expect(await closedWith(await rig.token({ tenant: "never_made" }))).toBe(4403);
  });

  test("when the first message does not authenticate, or none comes in time", async () => {
    const own = await startRig({ deadlines: { authenticateMs: 100 } });
    onTestFinished(() => own.close());
    const hasty = connectSocket(rig.url);
    await once(hasty.socket, "open");
    hasty.send({ type: "subscribe", id: "a", channel: "quotes" });
    expect(await hasty.whenClosed()).toEqual({ code: 4401, reason: "UNAUTHENTICATED" });
    const silent = connectSocket(own.url);
    expect(await silent.whenClosed()).toEqual({ code: 4401, reason: "UNAUTHENTICATED" });
  });

  test("for longer than its token lives", async () => {
    const client = connectSocket(rig.url, { token: await rig.token({ tenant }, 2) });
    await client.next("authenticated");
    expect(await client.whenClosed()).toEqual({ code: 4401, reason: "UNAUTHENTICATED" });
  });
});

describe("a message", () => {
  test.each([
    ["that is no JSON", "{", 4400],
    ["that is binary", Buffer.from("{}"), 4400],
    ["with a key twice", '{"type":"ping","type":"ping"}', 4400],
    ["that is too large", JSON.stringify({ type: "ping", nonce: "x".repeat(socketLimits.frameBytes) }), 1009],
  ])("%s closes the connection", async (_, frame, code) => {
    const client = await opened();
    client.send(frame);
    expect((await client.whenClosed()).code).toBe(code);
  });

  test("far too large, or unmasked, ends the connection", async () => {
    const client = await opened();
    client.send("x".repeat(1_000_000));
    await client.whenClosed();

    const raw = connect(rig.gateway.port, "127.0.0.1");
    raw.on("error", () => {});
    raw.write(
      `GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
    await once(raw, "data");
    // Its payload is read as mask and masked text: what comes out is no JSON.
    const unmasked = Buffer.concat([Buffer.of(0x81, 15), Buffer.from('{"type":"ping"}')]);
    raw.write(Buffer.concat([unmasked, unmasked]));
    raw.resume();
    await once(raw, "close");
  });

  test.each([
    ["of an unknown type", { type: "shutdown" }],
    ["to a channel with a wildcard", { type: "subscribe", id: "a", channel: "*" }],
    ["for symbols with a wildcard", { type: "subscribe", id: "a", channel: "quotes", symbols: ["*"] }],
    ["with an unknown field", { type: "subscribe", id: "a", channel: "events", tenant: "other" }],
    ["with a position that is none", { type: "subscribe", id: "a", channel: "events", after: "-1" }],
    ["that is no object", ["subscribe"]],
  ])("%s is refused, and the connection stays", async (_, message) => {
    const client = await opened();
    client.send(message);
    expect(await client.next("error")).toMatchObject({ code: "INVALID_INPUT" });
    client.send({ type: "ping", nonce: "still there" });
    await client.next("pong", { nonce: "still there" });
    client.socket.close();
  });

  test("too many close the connection", async () => {
    const client = await opened();
    for (let i = 0; i < 2 * socketLimits.messageBurst; i++) client.send({ type: "ping" });
    expect(await client.whenClosed()).toEqual({ code: 4429, reason: "RATE_LIMITED" });
  });
});

describe("a subscription", () => {
  test("of an id that stands is refused, so is ending one that does not stand", async () => {
    const client = await opened();
    client.send({ type: "subscribe", id: "q", channel: "quotes" });
    client.send({ type: "subscribe", id: "q", channel: "events" });
    expect(await client.next("error")).toMatchObject({ code: "SUBSCRIPTION_EXISTS", id: "q" });
    client.send({ type: "unsubscribe", id: "q" });
    await client.next("unsubscribed", { id: "q" });
    client.send({ type: "unsubscribe", id: "q" });
    await client.next("error", { code: "SUBSCRIPTION_NOT_FOUND" });
    client.socket.close();
  });

  test("to a position that is not of this history must begin anew", async () => {
    const client = await opened();
    client.send({ type: "subscribe", id: "e", channel: "events", after: "9999999999999999999" });
    const { position } = await client.next("resync", { id: "e" });
    expect(BigInt(position)).toBeGreaterThan(0n);
    client.socket.close();
  });

  test("to orders may begin with those that are open, and goes on behind them", async () => {
    const owner = await rig.tenant();
    const placed = (orderId: string) => ({ type: "OrderPlaced", data: { orderId } });
    const before = await rig.append(streams.account(owner, "main"), [placed("1"), placed("2")]);
    const asked = await rig.respond(`query.projections.${owner}.orders`, ({ payload }) => ({
      position: String(before),
      answer: payload.data["cursor"] ? { items: [{ orderId: "1" }] } : { items: [{ orderId: "2" }], next: "more" },
    }));
    const client = connectSocket(rig.url, { token: await rig.token({ tenant: owner }) });
    await client.next("authenticated");
    client.send({ type: "subscribe", id: "o", channel: "orders", accountId: "main", snapshot: true });
    expect(await client.next("snapshot")).toEqual({
      type: "snapshot",
      id: "o",
      position: String(before),
      items: [{ orderId: "2" }, { orderId: "1" }],
    });
    expect(asked[0]?.payload.data).toMatchObject({ accountId: "main", status: "open" });
    await rig.append(streams.account(owner, "main"), [placed("3")]);
    expect(await client.next("event")).toMatchObject({ id: "o", data: { orderId: "3" } });
    expect(client.messages.map(({ type }) => type)).toEqual(["authenticated", "subscribed", "snapshot", "event"]);
    client.socket.close();
  });

  test("to a snapshot of nobody's orders, or of one and from a position, is refused", async () => {
    const client = await opened();
    client.send({ type: "subscribe", id: "o", channel: "orders", snapshot: true });
    expect(await client.next("error", { id: "o" })).toMatchObject({ errors: [{ path: "accountId" }] });
    client.send({ type: "subscribe", id: "p", channel: "account", snapshot: true, after: "1" });
    expect(await client.next("error", { id: "p" })).toMatchObject({ errors: [{ path: "after" }] });
    client.socket.close();
  });

  test("shows the events of its channel, account and tenant, and no others", async () => {
    const client = await opened();
    const other = await rig.tenant();
    client.send({ type: "subscribe", id: "all", channel: "events", after: "0" });
    client.send({ type: "subscribe", id: "orders", channel: "orders", accountId: "main", after: "0" });
    client.send({ type: "subscribe", id: "now", channel: "account" });
    await client.next("subscribed", { id: "now" });
    await rig.append(streams.account(tenant, "main"), [
      { type: "AccountOpened", data: { accountId: "main" } },
      { type: "OrderPlaced", data: { orderId: "o1" } },
      { type: "PositionClosed", data: { symbol: "EURUSD" } },
    ]);
    await rig.append(streams.account(tenant, "second"), [{ type: "OrderPlaced", data: { orderId: "o2" } }]);
    await rig.append(streams.account(other, "main"), [{ type: "OrderPlaced", data: { orderId: "o3" } }]);
    await rig.append(streams.account(tenant, "main"), [{ type: "FundsDeposited", data: { amount: "1" } }]);
    await client.next("event", { id: "now", event: "FundsDeposited" });
    await client.next("event", { id: "all", event: "FundsDeposited" });
    const shown = (id: string) =>
      client.messages.flatMap((message) => (message.type === "event" && message.id === id ? [message.event] : []));
    expect(shown("all")).toEqual([
      "TenantRequested",
      "TenantActivated",
      "AccountOpened",
      "OrderPlaced",
      "PositionClosed",
      "OrderPlaced",
      "FundsDeposited",
    ]);
    expect(shown("orders")).toEqual(["OrderPlaced"]);
    expect(shown("now")).toEqual(["AccountOpened", "PositionClosed", "FundsDeposited"]);
    expect(JSON.stringify(client.messages)).not.toContain("o3");
    client.socket.close();
  });

  test("to quotes begins with the newest and goes on live, in UTC, without backfill or unusable prices", async () => {
    const quoted = await rig.tenant();
    await rig.respond(`query.market-data.${quoted}.quotes`, () => ({
      position: "0",
      answer: { items: [{ symbol: "#AAPL", bid: 1, ask: 2, timeMsc: 5 }] },
    }));
    const client = connectSocket(rig.url, { token: await rig.token({ tenant: quoted }) });
    await client.next("authenticated");
    client.send({ type: "subscribe", id: "q", channel: "quotes", symbols: ["#AAPL", "EURUSD"] });
    await client.next("quote", { symbol: "#AAPL", bid: 1 });
    const other = await rig.tenant();
    const publish = (of: TenantId, symbol: string, bytes: Uint8Array) =>
      rig.bus.publish(`quotes.${of}.${symbol}`, bytes);
    publish(other, "EURUSD", batch([tick(6.66)]));
    publish(quoted, "GBPUSD", batch([tick(7.77)]));
    publish(quoted, "EURUSD", batch([tick(8.88)], "backfill"));
    publish(quoted, "EURUSD", batch([tick(1.1), { ...tick(9.99), quality: 1 }]));
    expect(await client.next("quote", { symbol: "EURUSD" })).toMatchObject({
      bid: 1.1,
      timeMsc: 1_700_000_000_000 - 7_200_000,
    });
    rig.bus.publish(`quotes.${quoted}.EURUSD`, Buffer.from("not a batch"));
    publish(quoted, "=23AAPL", batch([tick(3)]));
    await client.next("quote", { symbol: "#AAPL", bid: 3 });
    expect(client.messages.filter(({ type }) => type === "quote")).toHaveLength(3);
    client.socket.close();
  });

  test("to bars begins with the newest of each symbol", async () => {
    const charted = await rig.tenant();
    const bar = { timeMsc: 60_000, bidOpen: 1, bidHigh: 2, bidLow: 1, bidClose: 2, ticks: 3 };
    const whole = { ...bar, askOpen: 1, askHigh: 2, askLow: 1, askClose: 2 };
    await rig.respond(`query.market-data.${charted}.latestBars`, () => ({
      position: "0",
      answer: { items: [{ symbol: "EURUSD", ...whole }] },
    }));
    const client = connectSocket(rig.url, { token: await rig.token({ tenant: charted }) });
    await client.next("authenticated");
    client.send({ type: "subscribe", id: "b", channel: "bars", symbols: ["EURUSD"], timeframe: "4h" });
    expect(await client.next("bar")).toEqual({ type: "bar", symbol: "EURUSD", timeframe: "4h", ...whole });
    client.socket.close();
  });

  test("to bars shows those of its symbols and timeframe", async () => {
    const client = await opened();
    client.send({ type: "subscribe", id: "b", channel: "bars", symbols: ["EURUSD"], timeframe: "1m" });
    await client.next("subscribed", { id: "b" });
    const bar = {
      timeMsc: 60_000,
      bidOpen: 1,
      bidHigh: 2,
      bidLow: 1,
      bidClose: 2,
      askOpen: 1,
      askHigh: 2,
      askLow: 1,
      askClose: 2,
      ticks: 3,
    };
    const payload = Buffer.from(JSON.stringify(bar));
    rig.bus.publish(`bars.${tenant}.EURUSD.1h`, payload);
    rig.bus.publish(`bars.${tenant}.EURUSD.1m`, payload);
    expect(await client.next("bar")).toEqual({ type: "bar", symbol: "EURUSD", timeframe: "1m", ...bar });
    client.socket.close();
  });

  test("to an account's state begins with what it is worth, in JSON, and goes on while somebody asks", async () => {
    const worth = { currency: "USD", at: "2026-01-15T10:00:00.000Z", valuation: "live", positions: [], quotes: [] };
    const money = { balance: "1.00", credit: "0.00", margin: "0.00", reserved: "0.00", equity: "1.00" };
    const state = { accountId: "main", ...worth, ...money };
    const publish = (of: TenantId, changes: object) =>
      rig.bus.publish(`states.${of}.main`, Buffer.from(JSON.stringify({ ...state, ...changes })));
    const valued = await rig.tenant();
    const asked = await rig.respond(`query.live.${valued}.followState`, ({ payload }) => {
      if (payload.data["accountId"] !== "main") return refuse("ACCOUNT_NOT_FOUND");
      publish(valued, {});
      return { position: "0", answer: state };
    });
    const client = connectSocket(rig.url, { token: await rig.token({ tenant: valued }), form: "binary" });
    await client.next("authenticated");
    client.send({ type: "subscribe", id: "n", channel: "state", accountId: "nobody" });
    await client.next("error", { code: "ACCOUNT_NOT_FOUND", id: "n" });
    client.send({ type: "subscribe", id: "s", channel: "state", accountId: "main" });
    expect(await client.next("state")).toEqual({ type: "state", ...state });
    publish(await rig.tenant(), { equity: "6.66" });
    publish(valued, { accountId: "another", equity: "7.77" });
    publish(valued, { equity: "2.00" });
    await client.next("state", { equity: "2.00" });
    expect(JSON.stringify(client.messages)).not.toMatch(/6\.66|7\.77/);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    client.socket.close();
  });

  test.each(["json", "binary"] as const)("to prices comes in the form %s that the client has offered", async (form) => {
    const tenant = await rig.tenant();
    const client = connectSocket(rig.url, { token: await rig.token({ tenant }), form });
    const frames: boolean[] = [];
    client.socket.on("message", (_, isBinary) => frames.push(isBinary));
    await client.next("authenticated");
    expect(client.socket.protocol).toBe(`tradesage.${form}`);
    client.send({ type: "subscribe", id: "q", channel: "quotes" });
    client.send({ type: "subscribe", id: "b", channel: "bars", symbols: ["EURUSD"], timeframe: "1m" });
    await client.next("subscribed", { id: "b" });
    const bar = { timeMsc: 60_000, bidOpen: 1, bidHigh: 2, bidLow: 0.5, bidClose: 1.5, ticks: 7 };
    const whole = { ...bar, askOpen: 1.1, askHigh: 2.1, askLow: 0.6, askClose: 1.6 };
    rig.bus.publish(`bars.${tenant}.EURUSD.1m`, new TextEncoder().encode(JSON.stringify(whole)));
    rig.bus.publish(`quotes.${tenant}.EURUSD`, batch([tick(1.25)]));
    rig.bus.publish(`quotes.${tenant}.GBPUSD`, batch([tick(1.5)]));
    expect(await client.next("bar")).toEqual({ type: "bar", symbol: "EURUSD", timeframe: "1m", ...whole });
    expect(await client.next("quote", { symbol: "EURUSD" })).toMatchObject({ bid: 1.25 });
    expect(await client.next("quote", { symbol: "GBPUSD" })).toMatchObject({ bid: 1.5 });
    expect(frames.includes(true)).toBe(form === "binary");
    client.socket.close();
  });

  test("is told how far it has come when nothing else is", async () => {
    const own = await startRig({ deadlines: { heartbeatMs: 100 } });
    onTestFinished(() => own.close());
    const client = connectSocket(own.url, { token: await own.token({ tenant: await own.tenant() }) });
    await client.next("authenticated");
    client.send({ type: "subscribe", id: "e", channel: "positions" });
    await client.next("subscribed", { id: "e" });
    const last = () => client.messages.findLast(({ type }) => type === "heartbeat");
    await expect.poll(last).toMatchObject({ positions: { e: expect.any(String) } });
    client.socket.close();
  });
});

test("a gateway that stops says goodbye", async () => {
  const own = await startRig();
  const client = connectSocket(own.url, { token: await own.token({ tenant: await own.tenant() }) });
  await client.next("authenticated");
  await own.close();
  expect(await client.whenClosed()).toEqual({ code: 1001, reason: "GOING_AWAY" });
});
