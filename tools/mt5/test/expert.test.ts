import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { until } from "@tradesage/simulator/testing";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { programsFolder } from "../src/install.ts";
import { compile } from "../src/language/program.ts";
import { runExpert } from "../src/terminal/run-expert.ts";
import { createTerminal, waitingFunctions } from "../src/terminal/terminal.ts";
import { market as brokersMarket } from "../src/testing/market.ts";
import { temporaryFolder } from "../src/testing/workbench.ts";

const expert = compile(join(programsFolder, "Experts/TradeSage/TradeSageExpert.mq5"), waitingFunctions);
const DONE = 10_009;
const TIMEOUT = 10_012;

type Message = Record<string, unknown>;

/** A bridge that welcomes every terminal, and keeps what it says. */
async function bridge() {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  const messages: Message[] = [];
  let socket: WebSocket | undefined;
  server.on("connection", (connected) => {
    socket = connected;
    connected.on("message", (data) => {
      const message = JSON.parse(String(data)) as Message;
      messages.push(message);
      if (message["type"] === "hello")
        connected.send(JSON.stringify({ type: "welcome", idleSeconds: 30, cursors: [null] }));
    });
  });
  const of = (type: string) => messages.filter((message) => message["type"] === type);
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/terminal`,
    of,
    cut: () => socket?.terminate(),
    instruct(change: Message): void {
      const instruction = {
        ...{ type: "instruction", id: "one", action: "place", deadlineMsc: Date.now() + 60_000, magic: "77" },
        ...{ symbol: "EURUSD", side: "buy", kind: "market", volume: "0.1", deviation: 10 },
      };
      socket?.send(JSON.stringify({ ...instruction, ...change }));
    },
    async report(count = 1): Promise<Message> {
      await until(`report ${count}`, () => of("report").length >= count);
      return of("report")[count - 1] ?? {};
    },
    async snapshot(holds: (snapshot: Message) => boolean): Promise<Message> {
      await until("the snapshot", () => of("snapshot").some(holds));
      return of("snapshot").find(holds) ?? {};
    },
  };
}

/** The expert's computer; its files and the broker's records stay when the terminal crashes. */
function computer(url: string) {
  const folder = temporaryFolder();
  const ours = join(folder, "TradeSage/Broker-Demo-5012345");
  mkdirSync(ours, { recursive: true });
  writeFileSync(join(ours, "key.txt"), "the-key");
  writeFileSync(join(ours, "symbols.txt"), "EURUSD = EURUSD.r");
  const market = brokersMarket();
  market.symbols.get("EURUSD.r")?.ticks.push({ timeMsc: 1, bid: 1.1, ask: 1.10002 });
  function start() {
    const terminal = createTerminal({ folder, market, clock: { now: Date.now, offsetSeconds: 7200 } });
    const running = runExpert(terminal, terminal.load(expert, { BridgeUrl: url, SnapshotSeconds: 1 }));
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
    return { terminal, crash };
  }
  return { market, start };
}

test("an instruction is carried out, what the trade server answered is reported, and a snapshot shows it", async () => {
  const { url, of, instruct, report, snapshot } = await bridge();
  computer(url).start();
  await snapshot(() => true);
  expect(of("hello")).toMatchObject([{ login: 5_012_345, symbols: [{ symbol: "EURUSD", name: "EURUSD.r" }] }]);
  instruct({ stopLoss: "1.09" });
  expect(await report()).toMatchObject({
    id: "one",
    outcome: "answered",
    retcode: DONE,
    volume: "0.1",
    price: "1.10002",
  });
  const { positions, deals, account } = await snapshot(({ positions }) => (positions as unknown[]).length > 0);
  expect(positions).toMatchObject([{ magic: "77", name: "EURUSD.r", volume: "0.1", stopLoss: "1.09", type: 0 }]);
  expect(deals).toMatchObject([{ magic: "77", price: "1.10002" }]);
  expect(account).toMatchObject({ currency: "USD", balance: "10000", equity: "10012.5" });
});

test("an instruction that comes again has no second effect: at once, after a cut, after a crash", async () => {
  const { url, instruct, report, cut, of } = await bridge();
  const { start } = computer(url);
  const { terminal, crash } = start();
  await until("the expert is in", () => of("snapshot").length > 0);
  instruct({});
  const first = await report();
  instruct({});
  expect(await report(2)).toEqual(first);
  cut();
  await until("it is in again", () => of("hello").length === 2);
  instruct({});
  expect(await report(3)).toEqual(first);
  expect(terminal.server.requests.length).toBe(1);
  await crash();
  const { terminal: next } = start();
  await until("it is in again", () => of("hello").length === 3);
  instruct({});
  expect(await report(4)).toEqual(first);
  expect(next.server.requests.length).toBe(0);
});

test("an answer that never came is told as not known, and is not tried again", async () => {
  const { url, instruct, report, of } = await bridge();
  const { start } = computer(url);
  const { terminal, crash } = start();
  await until("the expert is in", () => of("snapshot").length > 0);
  terminal.server.answer = (_, execute) => {
    execute();
    throw new Error("killed: the terminal is not open any more");
  };
  instruct({});
  await until("the trade server has it", () => terminal.server.requests.length === 1);
  await crash();
  start();
  await until("it is in again", () => of("hello").length === 2);
  instruct({});
  expect(await report()).toMatchObject({ id: "one", outcome: "unknown" });
});

test("a timeout of the trade server is told as it is, and the snapshot shows what became of it", async () => {
  const { url, instruct, report, snapshot, of } = await bridge();
  const { terminal } = computer(url).start();
  await until("the expert is in", () => of("snapshot").length > 0);
  terminal.server.answer = (_, execute) => {
    execute();
    return { retcode: TIMEOUT, order: 0n, deal: 0n, volume: 0, price: 0, comment: "timeout" };
  };
  instruct({});
  expect(await report()).toMatchObject({ outcome: "answered", retcode: TIMEOUT, detail: "timeout" });
  expect(await snapshot(({ deals }) => (deals as unknown[]).length > 0)).toMatchObject({ deals: [{ magic: "77" }] });
});

test.each([
  ["is past its deadline", { deadlineMsc: 1 }, "expired"],
  ["names a symbol that is not in the map", { symbol: "USDJPY" }, "refused"],
  ["names a position that is not there", { action: "close", ticket: "4711" }, "refused"],
])("an instruction that %s is not carried out", async (_, change, outcome) => {
  const { url, instruct, report, of } = await bridge();
  const { terminal } = computer(url).start();
  await until("the expert is in", () => of("snapshot").length > 0);
  instruct(change);
  expect(await report()).toMatchObject({ id: "one", outcome });
  expect(terminal.server.requests).toEqual([]);
});

test("nothing is sent to a broker that is not reached, or while algo trading is off", async () => {
  const { url, instruct, report, of } = await bridge();
  const { market, start } = computer(url);
  const { terminal } = start();
  await until("the expert is in", () => of("snapshot").length > 0);
  market.terminal["TERMINAL_CONNECTED"] = 0;
  instruct({});
  expect(await report()).toMatchObject({ outcome: "refused", detail: "the terminal does not reach the broker" });
  market.terminal["TERMINAL_CONNECTED"] = 1;
  market.terminal["TERMINAL_TRADE_ALLOWED"] = 0;
  instruct({});
  expect(await report(2)).toMatchObject({ outcome: "refused", detail: "algo trading is switched off in the terminal" });
  market.terminal["TERMINAL_TRADE_ALLOWED"] = 1;
  instruct({});
  expect(await report(3)).toMatchObject({ outcome: "answered", retcode: DONE });
  expect(terminal.server.requests.length).toBe(1);
});

test("an instruction whose magic number the broker knows is not sent, though the ledger is lost", async () => {
  const { url, instruct, report, of } = await bridge();
  const { terminal } = computer(url).start();
  await until("the expert is in", () => of("snapshot").length > 0);
  instruct({});
  await report();
  instruct({ id: "the same, by another name" });
  expect(await report(2)).toMatchObject({ outcome: "unknown", detail: "the broker holds something of it already" });
  expect(terminal.server.requests.length).toBe(1);
});
