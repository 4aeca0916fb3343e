import { randomUUID } from "node:crypto";
import type { Instruction, Report, Snapshot } from "@tradesage/contracts";
import { subjects } from "@tradesage/contracts";
import { BusUnavailable } from "@tradesage/message-bus";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Rig, startRig, until } from "./rig.ts";
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

const instruct = (tenant: string, asked: unknown, deadlineMs = 5_000) =>
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
  await until(() => instructionsTo(expert).length === 1);
  expect(instructionsTo(expert)).toEqual([asked]);
  expert.send(answered(asked.id));
  expect(await reply).toEqual(answered(asked.id));
});

test("reports and snapshots are published", async () => {
  const expert = await expertOf("published");
  const heard: unknown[] = [];
  for (const subject of [subjects.reports, subjects.snapshots]) {
    const listening = rig.bus.subscribe(subject("published", { server, login }), (_, payload) => {
      heard.push(JSON.parse(Buffer.from(payload).toString()));
    });
    onTestFinished(() => listening.stop());
  }
  await until(() => {
    expert.send(answered("one"));
    expert.send(snapshot);
    return heard.length >= 2;
  });
  expect(heard).toEqual(expect.arrayContaining([answered("one"), snapshot]));
});

test("an instruction whose report does not come, or whose terminal leaves, is not known", async () => {
  const expert = await expertOf("silent");
  expect(await instruct("silent", instruction(), 600)).toMatchObject({
    outcome: "unknown",
    detail: "no report came in time",
  });
  const reply = instruct("silent", instruction());
  await until(() => instructionsTo(expert).length === 2);
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
  await until(() => instructionsTo(second).length === 1);
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
  await until(async () => {
    const reply = instruct("moving", instruction({ id: "one" }), 1_000);
    await until(() => instructionsTo(after).length > 0);
    after.send(answered("one"));
    return ((await reply) as Report).outcome === "answered";
  });
});
