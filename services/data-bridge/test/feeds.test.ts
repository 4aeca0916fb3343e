import { linkLossOf, refuse, subjects } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rig, startRig, ticksOf } from "./rig.ts";
import { batchOf, dial, helloOf, tick } from "./terminal.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const T = 1_700_000_000_000;
const dialAs = async (tenant: string, url = rig.url) => dial(url, await rig.key(tenant));
const timesOf = async (tenant: string) => ticksOf(await rig.stored(tenant, "EURUSD")).map(({ timeMsc }) => timeMsc - T);

describe("a HELLO", () => {
  test("defines its symbols as instruments, by our names, and tells where each feed stands", async () => {
    const terminal = await dialAs("first");
    const welcome = await terminal.hello(helloOf("EURUSD", "GBPUSD"));
    expect(welcome).toMatchObject({ cursors: [null, null], maxBatch: 1000 });
    const defined = rig.commands.filter(({ tenant }) => tenant === "first");
    expect(defined.map(({ command, actor, data }) => [command, actor, data["symbol"]]).sort()).toEqual([
      ["DefineInstrument", "service:data-bridge", "EURUSD"],
      ["DefineInstrument", "service:data-bridge", "GBPUSD"],
    ]);
    expect(defined[0]?.data).not.toHaveProperty("name");
  });

  test("for a tenant that is not active is refused", async () => {
    rig.onCommand(async () => refuse("TENANT_NOT_ACTIVE"));
    const terminal = await dialAs("nobody");
    terminal.send(helloOf("EURUSD"));
    expect(await terminal.end()).toEqual({ code: "FORBIDDEN", close: 4403 });
  });

  test("is answered though instruments cannot be defined now, once the tenant has ticks", async () => {
    const before = await dialAs("trusted");
    await before.hello();
    before.batch(batchOf(1, T));
    await before.acknowledged(1);
    before.socket.terminate();
    rig.onCommand(async () => refuse("UNAVAILABLE"));
    const after = await dialAs("trusted");
    await after.hello();
    const asked = rig.commands.length;
    rig.onCommand(async () => ({}));
    await until("the command", () => rig.commands.length > asked);
  });

  test("of a strange tenant waits until instruments can be defined", async () => {
    rig.onCommand(async () => refuse("UNAVAILABLE"));
    const terminal = await dialAs("unheard");
    terminal.send(helloOf("EURUSD"));
    expect(await terminal.end()).toEqual({ code: "UNAVAILABLE", close: 4503 });
  });
});

describe("a repeat", () => {
  test("of an acknowledged batch is acknowledged again and not stored again", async () => {
    const terminal = await dialAs("repeat_batch");
    await terminal.hello();
    terminal.batch(batchOf(1, T, 3));
    await terminal.acknowledged(1);
    const { length } = terminal.messages;
    terminal.batch(batchOf(1, T, 3));
    await until("an answer", () => terminal.messages.length > length);
    expect(terminal.messages.at(-1)).toMatchObject({
      type: "ack",
      sequence: "1",
      cursor: { timeMsc: T + 2, ordinal: 0 },
    });
    expect(await timesOf("repeat_batch")).toEqual([0, 1, 2]);
    expect(await rig.metric('tradesage_bridge_repeats_total{tenant="repeat_batch"')).toMatch(/ 3$/);
  });

  test("of ticks under a new sequence is dropped tick by tick, but for identical ticks of one millisecond", async () => {
    const terminal = await dialAs("repeat_ticks");
    await terminal.hello();
    terminal.batch({ sequence: 1n, ticks: [tick(T), tick(T, { ordinal: 1 }), tick(T + 1)] });
    terminal.batch({ sequence: 2n, ticks: [tick(T, { ordinal: 1 }), tick(T + 1), tick(T + 2)] });
    await terminal.acknowledged(2);
    expect(await timesOf("repeat_ticks")).toEqual([0, 0, 1, 2]);
  });

  test("after the acknowledgement was lost with the link is not stored again", async () => {
    const before = await dialAs("lost_ack");
    await before.hello();
    for (const sequence of [1, 2, 3]) before.batch(batchOf(sequence, T + sequence));
    await before.acknowledged(3);
    before.socket.terminate();
    const after = await dialAs("lost_ack");
    const { cursors } = await after.hello();
    expect(cursors).toEqual([{ timeMsc: T + 3, ordinal: 0, sequence: "3" }]);
    for (const sequence of [2, 3, 4]) after.batch(batchOf(sequence, T + sequence));
    await after.acknowledged(4);
    expect(await timesOf("lost_ack")).toEqual([1, 2, 3, 4]);
  });

  test("by a terminal that lost its numbering is dropped up to where the feed stands", async () => {
    const before = await dialAs("new_epoch");
    await before.hello();
    before.batch(batchOf(1, T, 5));
    await before.acknowledged(1);
    before.socket.terminate();
    const after = await dialAs("new_epoch");
    const { cursors } = await after.hello({ epoch: "2" });
    expect(cursors).toEqual([{ timeMsc: T + 4, ordinal: 0 }]);
    after.batch({ ...batchOf(1, T + 3, 4), epoch: 2n });
    await after.acknowledged(1);
    expect(await timesOf("new_epoch")).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

test("a feed of which the stream holds nothing any more goes on behind the last tick that the table has", async () => {
  await rig.answer("query.market-data.returning.feedEnd", { end: { timeMsc: T + 5, ordinal: 0 } });
  const terminal = await dialAs("returning");
  expect((await terminal.hello()).cursors).toEqual([{ timeMsc: T + 5, ordinal: 0 }]);
  terminal.batch(batchOf(1, T + 5));
  terminal.batch(batchOf(2, T + 6));
  await terminal.acknowledged(2);
  expect(await timesOf("returning")).toEqual([6]);
});

test("ticks as text are stored as those in bytes are, and both may be mixed", async () => {
  const terminal = await dialAs("plain");
  const { protocol } = await terminal.hello();
  const { epoch } = helloOf("EURUSD");
  const text = (sequence: string, ...times: number[]) =>
    terminal.send({
      ...{ type: "ticks", symbolIndex: 0, epoch, sequence, utcOffsetSeconds: 0 },
      ticks: times.map((timeMsc) => ({ timeMsc: T + timeMsc, bid: 1.1, ask: 1.2 })),
    });
  text("1", 1, 2);
  terminal.batch(batchOf(2, T + 3));
  text("3", 4);
  await terminal.acknowledged(3);
  expect([protocol, await timesOf("plain")]).toEqual([1, [1, 2, 3, 4]]);
  text("4", 5, -(T + 1));
  expect(await terminal.end()).toEqual({ code: "INVALID_INPUT", close: 4422 });
});

describe("what is missing", () => {
  test("inside a connection ends it, and nothing is lost when the terminal resumes", async () => {
    const before = await dialAs("reordered");
    await before.hello();
    before.batch(batchOf(1, T + 1));
    before.batch(batchOf(3, T + 3));
    expect(await before.end()).toEqual({ code: "SEQUENCE_GAP", close: 4411 });
    const after = await dialAs("reordered");
    const { cursors } = await after.hello();
    const next = Number(cursors[0]?.sequence ?? 0) + 1;
    for (let sequence = next; sequence <= 3; sequence++) after.batch(batchOf(sequence, T + sequence));
    await after.acknowledged(3);
    expect(await timesOf("reordered")).toEqual([1, 2, 3]);
  });

  test("at the beginning of a connection because it was overtaken is not lost", async () => {
    const hasty = await dialAs("overtaken");
    await hasty.hello();
    hasty.batch(batchOf(2, T + 2));
    hasty.batch(batchOf(1, T + 1));
    expect(await hasty.end()).toEqual({ code: "SEQUENCE_GAP", close: 4411 });
    const orderly = await dialAs("overtaken");
    await orderly.hello();
    orderly.batch(batchOf(1, T + 1));
    orderly.batch(batchOf(2, T + 2));
    await orderly.acknowledged(2);
    expect(await timesOf("overtaken")).toEqual([1, 2]);
  });

  test("between two connections is counted, and apart from it what was lost in the terminal", async () => {
    const before = await dialAs("gaps");
    await before.hello();
    before.batch(batchOf(1, T));
    await before.acknowledged(1);
    before.socket.terminate();
    const asked = await dialAs("gaps");
    await asked.hello();
    asked.batch({ ...batchOf(5, T + 5), lost: 7 });
    // They may have been overtaken: the terminal is asked once.
    expect(await asked.end()).toEqual({ code: "SEQUENCE_GAP", close: 4411 });
    const after = await dialAs("gaps");
    await after.hello();
    after.batch({ ...batchOf(5, T + 5), lost: 7 });
    await after.acknowledged(5);
    expect(await rig.metric('tradesage_bridge_missing_batches_total{tenant="gaps"')).toMatch(/ 3$/);
    expect(await rig.metric('tradesage_bridge_lost_in_terminal_total{tenant="gaps"')).toMatch(/ 7$/);
    expect((await rig.stored("gaps", "EURUSD")).map(({ lost }) => lost)).toEqual([0, 7]);
    const stored = await rig.bus.lastMessage("TICKS", subjects.ticks("gaps", "EURUSD"));
    expect(linkLossOf(stored?.headers ?? {})).toEqual({ repeats: 0, missing: 3 });
  });
});

describe("a feed", () => {
  test("belongs to one terminal: another one is refused", async () => {
    await (await dialAs("owned")).hello();
    const other = await dialAs("owned");
    other.send({ ...helloOf("EURUSD"), login: 7 });
    expect(await other.end()).toEqual({ code: "FEED_IN_USE", close: 4409 });
  });

  test("of one tenant does not hinder another tenant's", async () => {
    await (await dialAs("ours")).hello();
    await (await dialAs("theirs")).hello({ login: 7 });
  });

  test("is taken over by the same terminal when it connects anew", async () => {
    const before = await dialAs("again");
    await before.hello();
    await (await dialAs("again")).hello();
    expect(await before.end()).toEqual({ code: "REPLACED", close: 4414 });
  });

  test("goes on at another bridge, and the terminal that still sends to the first one is stopped", async () => {
    const elsewhere = await rig.another();
    const old = await dialAs("moved");
    await old.hello();
    old.batch(batchOf(1, T + 1));
    await old.acknowledged(1);
    const moved = await dialAs("moved", elsewhere.url);
    expect((await moved.hello()).cursors).toEqual([{ timeMsc: T + 1, ordinal: 0, sequence: "1" }]);
    moved.batch(batchOf(2, T + 2));
    moved.batch(batchOf(3, T + 3));
    await moved.acknowledged(3);
    old.batch(batchOf(2, T + 2));
    expect(await old.end()).toEqual({ code: "FEED_IN_USE", close: 4409 });
    expect(await timesOf("moved")).toEqual([1, 2, 3]);
  });
});

test("broker time is kept, and cursors are UTC", async () => {
  const terminal = await dialAs("athens");
  await terminal.hello({ utcOffsetSeconds: 7200 });
  terminal.batch({ ...batchOf(1, T), utcOffsetSeconds: 7200 });
  expect((await terminal.acknowledged(1)).cursor).toEqual({ timeMsc: T - 7_200_000, ordinal: 0 });
  expect(await rig.stored("athens", "EURUSD")).toMatchObject([{ utcOffsetSeconds: 7200, ticks: [{ timeMsc: T }] }]);
});

test("while the bus is away nothing is acknowledged, the window holds, and all is stored once it is back", async () => {
  const terminal = await dialAs("patient");
  const { window } = await terminal.hello();
  await rig.killBus();
  for (let sequence = 1; sequence <= window; sequence++) terminal.batch(batchOf(sequence, T + sequence));
  terminal.send({ type: "heartbeat", broker: "connected" });
  await until("a heartbeat", () => terminal.messages.some(({ type }) => type === "heartbeat"));
  expect(terminal.messages.some(({ type }) => type === "ack")).toBe(false);
  await rig.restartBus();
  await terminal.acknowledged(window);
  expect((await timesOf("patient")).length).toBe(window);
  // What waited is stored in fewer and larger batches.
  expect((await rig.stored("patient", "EURUSD")).length).toBeLessThan(window);
});

test("a terminal that overruns the window is sent away, and its memory is given back", async () => {
  const terminal = await dialAs("abusive");
  const { window } = await terminal.hello();
  await rig.killBus();
  for (let sequence = 1; sequence <= window + 1; sequence++) terminal.batch(batchOf(sequence, T + sequence));
  expect(await terminal.end()).toEqual({ code: "WINDOW_EXCEEDED", close: 4429 });
  await rig.restartBus();
});

test("a bridge that stops says so, and what it acknowledged is stored", async () => {
  const { url, bridge } = await rig.another();
  const terminal = await dialAs("stopping", url);
  await terminal.hello();
  terminal.batch(batchOf(1, T));
  await terminal.acknowledged(1);
  await bridge.stop();
  expect(await terminal.end()).toEqual({ code: "SHUTTING_DOWN", close: 1001 });
  expect(await timesOf("stopping")).toEqual([0]);
});
