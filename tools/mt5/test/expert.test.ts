import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Evidence, Instruction, Report, Snapshot, subjects } from "@tradesage/contracts";
import { type Installation, startInstallation } from "@tradesage/simulator/testing";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { programsFolder } from "../src/install.ts";
import { compile } from "../src/language/program.ts";
import { clockOf } from "../src/terminal/clock.ts";
import { runExpert } from "../src/terminal/run-expert.ts";
import { createTerminal, type Terminal, waitingFunctions } from "../src/terminal/terminal.ts";
import { market as brokersMarket } from "../src/testing/market.ts";
import { temporaryFolder } from "../src/testing/workbench.ts";

const expert = compile(join(programsFolder, "Experts/TradeSage/TradeSageExpert.mq5"), waitingFunctions);
const terminalId = { server: "Broker-Demo", login: 5_012_345 };
const DONE = 10_009;
const TIMEOUT = 10_012;

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.stop());

/** Whoever trades on a terminal's account: instructs over the bus, and hears snapshots. */
function trader(tenant: string) {
  const snapshots: Snapshot[] = [];
  const listening = installation.bus.subscribe(subjects.snapshot(tenant, terminalId), (_, payload) => {
    const { message } = Evidence.parse(JSON.parse(Buffer.from(payload).toString()));
    snapshots.push(Snapshot.parse(message));
  });
  onTestFinished(() => listening.stop());
  const placement = { symbol: "EURUSD", side: "buy", kind: "market", volume: "0.1", deviation: 10 };
  return {
    async instruct(change: Record<string, unknown> = {}): Promise<Report> {
      const instruction = Instruction.parse({
        ...{ type: "instruction", id: "one", action: "place", deadlineMsc: Date.now() + 60_000, magic: "77" },
        ...(change["id"] ? { magic: String(Buffer.from(String(change["id"])).readUInt16BE()) } : {}),
        ...(change["action"] ? {} : placement),
        ...change,
      });
      const subject = subjects.instructions(tenant, terminalId);
      return Report.parse(await installation.bus.request(subject, instruction, { deadlineMs: 10_000 }));
    },
    async snapshot(holds: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
      await until("the snapshot", () => snapshots.some(holds));
      return snapshots.find(holds) as Snapshot;
    },
  };
}

/** The expert's computer; its files stay when the terminal crashes. */
async function computer(tenant: string) {
  const folder = temporaryFolder();
  const ours = join(folder, "TradeSage/Broker-Demo-5012345");
  mkdirSync(ours, { recursive: true });
  writeFileSync(join(ours, "key.txt"), await installation.key(tenant));
  writeFileSync(join(ours, "symbols.txt"), "EURUSD = EURUSD.r");
  const market = brokersMarket();
  market.symbols.get("EURUSD.r")?.ticks.push({ timeMsc: 1, bid: 1.1, ask: 1.10002 });
  /** Resolves once the expert is in. */
  async function start() {
    const terminal = createTerminal({ folder, market, clock: clockOf(7200) });
    const running = runExpert(terminal, terminal.load(expert, { BridgeUrl: installation.url, SnapshotSeconds: 1 }));
    running.catch(() => undefined);
    onTestFinished(async () => {
      terminal.stop();
      await running.catch(() => undefined);
      terminal.crash();
    });
    async function crash(): Promise<void> {
      terminal.crash();
      await expect(running).rejects.toThrow("is not open");
    }
    await until("the expert is in", () => connected(terminal) === 1);
    return { terminal, crash };
  }
  return { market, start };
}

const connected = ({ journal }: Terminal) => journal.filter((line) => line === "TradeSage: connected").length;

test("an instruction is carried out, what the trade server answered is reported, and a snapshot shows it", async () => {
  const { instruct, snapshot } = trader("mt5_trades");
  await (await computer("mt5_trades")).start();
  expect(await instruct({ stopLoss: "1.09" })).toMatchObject({
    ...{ id: "one", outcome: "answered", retcode: DONE, volume: "0.1", price: "1.10002" },
  });
  const { positions, deals, account } = await snapshot(({ positions }) => positions.length > 0);
  expect(positions).toMatchObject([{ magic: "77", name: "EURUSD.r", volume: "0.1", stopLoss: "1.09", type: 0 }]);
  expect(deals).toMatchObject([{ magic: "77", price: "1.10002" }]);
  expect(account).toMatchObject({ currency: "USD", balance: "10000", equity: "10012.5" });
});

test("a pending order is placed, changed and cancelled; a position is protected and closed", async () => {
  const { instruct, snapshot } = trader("mt5_orders");
  await (await computer("mt5_orders")).start();
  const placed = await instruct({ kind: "limit", price: "1.05", deviation: undefined });
  const ticket = placed.outcome === "answered" ? placed.order : "";
  expect(await instruct({ id: "two", action: "modify", ticket, price: "1.06" })).toMatchObject({ retcode: DONE });
  expect(await snapshot(({ orders }) => orders[0]?.price === "1.06")).toMatchObject({ orders: [{ ticket, type: 2 }] });
  expect(await instruct({ id: "three", action: "cancel", ticket })).toMatchObject({ retcode: DONE });

  const bought = await instruct({ id: "four" });
  const position = { ticket: bought.outcome === "answered" ? bought.order : "" };
  await instruct({ id: "five", action: "protect", ...position, stopLoss: "1.08" });
  await snapshot(({ orders, positions }) => orders.length === 0 && positions[0]?.stopLoss === "1.08");
  expect(await instruct({ id: "six", action: "close", ...position })).toMatchObject({ retcode: DONE, price: "1.1" });
  await snapshot(({ positions, deals }) => positions.length === 0 && deals.length === 2);
});

test("an instruction that comes again has no second effect: at once, after a cut, after a crash", async () => {
  const { instruct } = trader("mt5_again");
  const { start } = await computer("mt5_again");
  const { terminal, crash } = await start();
  const first = await instruct();
  expect(first).toMatchObject({ outcome: "answered", retcode: DONE });
  expect(await instruct()).toEqual(first);
  terminal.cut();
  await until("it is in again", () => connected(terminal) === 2);
  expect(await instruct()).toEqual(first);
  expect(terminal.server.requests.length).toBe(1);
  await crash();
  const { terminal: next } = await start();
  expect(await instruct()).toEqual(first);
  expect(next.server.requests.length).toBe(0);
});

test("an answer that never came is told as not known, and is not tried again", async () => {
  const { instruct } = trader("mt5_killed");
  const { start } = await computer("mt5_killed");
  const { terminal, crash } = await start();
  terminal.server.answer = (_, execute) => {
    execute();
    throw new Error("killed: the terminal is not open any more");
  };
  const reply = instruct();
  await until("the trade server has it", () => terminal.server.requests.length === 1);
  await crash();
  expect(await reply).toMatchObject({ outcome: "unknown" });
  const { terminal: next } = await start();
  expect(await instruct()).toMatchObject({ outcome: "unknown", detail: "begun, and the answer was never heard" });
  expect(next.server.requests.length).toBe(0);
});

test("a timeout of the trade server is told as it is, and the snapshot shows what became of it", async () => {
  const { instruct, snapshot } = trader("mt5_timeout");
  const { terminal } = await (await computer("mt5_timeout")).start();
  terminal.server.answer = (_, execute) => {
    execute();
    return { retcode: TIMEOUT, order: 0n, deal: 0n, volume: 0, price: 0, comment: "timeout" };
  };
  expect(await instruct()).toMatchObject({ outcome: "answered", retcode: TIMEOUT, detail: "timeout" });
  expect(await snapshot(({ deals }) => deals.length > 0)).toMatchObject({ deals: [{ magic: "77" }] });
});

test.each([
  ["is past its deadline", { deadlineMsc: 1 }, "expired"],
  ["names a symbol that is not in the map", { symbol: "USDJPY" }, "refused"],
  ["names a position that is not there", { action: "close", ticket: "4711" }, "refused"],
])("an instruction that %s is not carried out", async (_, change, outcome) => {
  const tenant = `mt5_not_${outcome}`;
  const { terminal } = await (await computer(tenant)).start();
  expect(await trader(tenant).instruct(change)).toMatchObject({ id: "one", outcome });
  expect(terminal.server.requests).toEqual([]);
});

test("nothing is sent to a broker that is not reached, or while algo trading is off", async () => {
  const { instruct } = trader("mt5_off");
  const { market, start } = await computer("mt5_off");
  const { terminal } = await start();
  market.terminal["TERMINAL_CONNECTED"] = 0;
  expect(await instruct()).toMatchObject({ outcome: "refused", detail: "the terminal does not reach the broker" });
  market.terminal["TERMINAL_CONNECTED"] = 1;
  market.terminal["TERMINAL_TRADE_ALLOWED"] = 0;
  expect(await instruct()).toMatchObject({
    outcome: "refused",
    detail: "algo trading is switched off in the terminal",
  });
  market.terminal["TERMINAL_TRADE_ALLOWED"] = 1;
  expect(await instruct()).toMatchObject({ outcome: "answered", retcode: DONE });
  expect(terminal.server.requests.length).toBe(1);
});

test("an instruction whose magic number the broker knows is not sent, though the ledger knows nothing of it", async () => {
  const { instruct } = trader("mt5_magic");
  const { terminal } = await (await computer("mt5_magic")).start();
  await instruct();
  expect(await instruct({ id: "another", magic: "77" })).toMatchObject({
    ...{ outcome: "unknown", detail: "the broker holds something of it already" },
  });
  expect(terminal.server.requests.length).toBe(1);
});

test("a broker with more deals than a message holds: the last are told, and since when they are all", async () => {
  const { snapshot } = trader("mt5_deals");
  const { terminal } = await (await computer("mt5_deals")).start();
  const row = {
    DEAL_ORDER: 1,
    DEAL_SYMBOL: "EURUSD.r",
    DEAL_COMMENT: "x".repeat(31),
    DEAL_VOLUME: 0.1,
    DEAL_PRICE: 1.1,
  };
  for (let index = 0; index < 3000; index++) {
    terminal.server.deals.push({
      ...row,
      DEAL_TICKET: 10_000 + index,
      DEAL_TIME_MSC: 1_000_000 + Math.floor(index / 3),
    });
  }
  const { deals, dealsFromMsc } = await snapshot(({ deals }) => deals.length > 0);
  expect([deals.length, dealsFromMsc, deals[0]?.timeMsc]).toEqual([999, 1_000_667, 1_000_667]);
});
