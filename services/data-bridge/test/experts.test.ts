import { randomUUID } from "node:crypto";
import type { Instruction, Report, Snapshot } from "@tradesage/contracts";
import { Evidence, subjects } from "@tradesage/contracts";
import { BusUnavailable } from "@tradesage/message-bus";
import { PATIENCE_MS, until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";
import { batchOf, dial, helloOf, type Terminal } from "./terminal.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const { server, login } = helloOf("EURUSD");
const dialAs = async (tenant: string, url = rig.url) => dial(url, await rig.key(tenant));

async function expertOf(tenant: string, url = rig.url): Promise<Terminal> {
  const terminal = await dialAs(tenant, url);
  expect(await terminal.hello({ role: "expert" })).toMatchObject({ cursors: [] });
  return terminal;
}

const instruction = (change: Partial<Instruction> = {}) =>
  ({
    ...{ type: "instruction", id: randomUUID(), action: "cancel", ticket: "4711" },
    ...{ deadlineMsc: Date.now() + 60_000, magic: "77" },
    ...change,
  }) as Instruction;

const instruct = (tenant: string, asked: unknown, deadlineMs = PATIENCE_MS) =>
  rig.bus.request(subjects.instructions(tenant, { server, login }), asked as Instruction, { deadlineMs });

const answered = (id: string): Report => ({
  ...{ type: "report", id, outcome: "answered", retcode: 10_009, order: "4711", deal: "0" },
  ...{ volume: "0", price: "0", detail: "" },
});

const instructionsTo = ({ messages }: Terminal) => messages.filter(({ type }) => type === "instruction");

const snapshot: Snapshot = {
  ...{ type: "snapshot", takenAtMsc: 1, utcOffsetSeconds: 7200, dealsFromMsc: 0, positions: [], orders: [], deals: [] },
  account: {
    ...{ currency: "USD", leverage: 100, balance: "1", credit: "0", profit: "0" },
    ...{ equity: "1", margin: "0", freeMargin: "1" },
  },
};

test("an instruction reaches the terminal's expert, and its report is the answer", async () => {
  const expert = await expertOf("instructed");
  const asked = instruction();
  const reply = instruct("instructed", asked);
  await until("the instruction", () => instructionsTo(expert).length === 1);
  expect(instructionsTo(expert)).toEqual([asked]);
  expert.send(answered(asked.id));
  expect(await reply).toEqual(answered(asked.id));
});

const position = (name: string): Snapshot["positions"][number] => ({
  ...{ ticket: "1", identifier: "1", magic: "0", name, type: 0, timeMsc: 1, comment: "", volume: "1", price: "1" },
  ...{ stopLoss: "0", takeProfit: "0", swap: "0", profit: "0" },
});

test("a report is stored before the expert is told so, once for each instruction; of snapshots the newest is kept", async () => {
  const expert = await expertOf("stored");
  const named = { ...snapshot, positions: [position("EURUSD.r"), position("XAU")] };
  for (const message of [answered("one"), answered("two"), answered("one"), snapshot, named]) expert.send(message);
  const isStored = ({ type }: { type: string }) => type === "report-stored";
  await until("all three are stored", () => expert.messages.filter(isStored).length === 3);
  expect(expert.messages.filter(isStored)[0]).toEqual({ type: "report-stored", id: "one" });
  const kept = async (subject: string) => {
    const message = await rig.bus.lastMessage("TERMINALS", subject);
    return message && Evidence.parse(JSON.parse(Buffer.from(message.payload).toString()));
  };
  const id = { server, login };
  expect(await kept(subjects.report("stored", id, "one"))).toMatchObject({ terminal: id, message: answered("one") });
  await until(
    "the snapshot is kept",
    async () => (await kept(subjects.snapshot("stored", id)))?.symbols["EURUSD.r"] === "EURUSD",
  );
  expect(await kept(subjects.snapshot("stored", id))).toMatchObject({
    ...{ terminal: id, marginMode: "netting", symbols: { "EURUSD.r": "EURUSD" }, message: named },
  });
});

test("a report that cannot be stored now is stored later, and acknowledged then", async () => {
  const expert = await expertOf("later");
  await rig.killBus();
  expert.send(answered("one"));
  await rig.restartBus();
  await until("the report is stored", () => expert.messages.some(({ type }) => type === "report-stored"));
});

test("a snapshot is asked for over the bus", async () => {
  const expert = await expertOf("looked");
  const look = { type: "snapshot-request", id: "look-1" };
  await rig.bus.request(subjects.snapshotRequests("looked", { server, login }), look);
  await until("a snapshot is asked for", () => expert.messages.some(({ type }) => type === "snapshot-request"));
  expect(expert.messages.find(({ type }) => type === "snapshot-request")).toEqual(look);
});

test("an instruction whose report does not come, or whose terminal leaves, is not known", async () => {
  const expert = await expertOf("silent");
  expect(await instruct("silent", instruction(), 600)).toMatchObject({
    outcome: "unknown",
    detail: "no report came in time",
  });
  const reply = instruct("silent", instruction());
  await until("the second instruction", () => instructionsTo(expert).length === 2);
  expert.socket.terminate();
  expect(await reply).toMatchObject({ outcome: "unknown", detail: "the connection to the terminal ended" });
});

test("without the terminal, and at another tenant's, an instruction goes nowhere", async () => {
  await expertOf("present");
  await expect(instruct("absent", instruction())).rejects.toBeInstanceOf(BusUnavailable);
});

test("an instruction that is none is refused, and the expert never hears of it", async () => {
  const expert = await expertOf("strict");
  await expect(instruct("strict", { ...instruction(), lots: 1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await expect(instruct("strict", { ...instruction(), magic: "9223372036854775808" })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  expect(instructionsTo(expert)).toEqual([]);
});

test("a terminal's expert and its feed are two connections, and each replaces only its like", async () => {
  const feed = await dialAs("both");
  await feed.hello();
  const first = await expertOf("both");
  const second = await expertOf("both");
  expect(await first.end()).toEqual({ code: "REPLACED", close: 4414 });
  feed.batch(batchOf(1, 1_700_000_000_000));
  await feed.acknowledged(1);
  const reply = instruct("both", instruction({ id: "one" }));
  await until("the instruction at the other", () => instructionsTo(second).length === 1);
  second.send(answered("one"));
  expect(await reply).toMatchObject({ outcome: "answered" });
});

test("a feed that reports, and an expert that sends ticks, are sent away", async () => {
  const feed = await dialAs("confused");
  await feed.hello();
  feed.send(answered("one"));
  expect(await feed.end()).toEqual({ code: "FORBIDDEN", close: 4403 });
  const expert = await expertOf("confused");
  expert.batch(batchOf(1, 1_700_000_000_000));
  expect((await expert.end()).close).toBeGreaterThanOrEqual(4400);
});

test("an expert that comes back at another bridge is instructed there", async () => {
  const { url } = await rig.another();
  const before = await expertOf("moving");
  before.socket.terminate();
  const after = await expertOf("moving", url);
  // Until the bridge that it was at has noticed, that one may be asked.
  let outcome: string | undefined;
  const asked = until("the report", async () => {
    const report = (await instruct("moving", instruction({ id: "one" }), 1_000).catch(() => undefined)) as Report;
    outcome = report?.outcome;
    return outcome === "answered";
  });
  let reports = 0;
  const told = until("the instruction", () => {
    for (; reports < instructionsTo(after).length; reports++) after.send(answered("one"));
    return outcome === "answered";
  });
  await Promise.all([asked, told]);
});
