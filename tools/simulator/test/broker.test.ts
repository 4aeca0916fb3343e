import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AccountEvent,
  encodeTickBatch,
  type JsonObject,
  magicOf,
  NO_SYMBOL_INDEX,
  Refused,
  streams,
  subjects,
} from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { byHand } from "../src/broker/by-hand.fixture.ts";
import { type BrokerMisbehaviour, createLuck } from "../src/broker/faults.ts";
import { runExpert } from "../src/broker/run-expert.ts";
import { createTradeServer } from "../src/broker/trade-server.ts";
import { type Installation, startInstallation } from "./installation.ts";

const seed = Number(process.env["TRADESAGE_SEED"] ?? 1);
const terminal = { server: "Broker-Demo", login: 5_012_345 };
const accountId = "main";
const ORDERS = 24;

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation({ withTrading: true });
}, 120_000);
afterAll(() => installation?.stop());

/** An account at a simulated broker, whose terminal comes in by the bridge. */
async function openAtBroker(tenant: string, misbehaviour: BrokerMisbehaviour) {
  const luck = createLuck(misbehaviour, seed);
  let isBad = true;
  const calm = { ...luck, befalls: (fault: keyof BrokerMisbehaviour) => isBad && luck.befalls(fault) };
  const server = createTradeServer(calm, Date.now);
  const ending = new AbortController();
  const key = await installation.key(tenant);
  const expert = runExpert({
    ...{ url: installation.url, key, ...terminal, symbol: "EURUSD", tradeServer: server },
    ...{ luck: calm, signal: ending.signal },
  });
  onTestFinished(async () => {
    ending.abort();
    await expert;
  });

  async function send(command: string, data: JsonObject, id = accountId): Promise<string> {
    const origin = { tenant, actor: "spec", idempotencyKey: randomUUID(), correlation: randomUUID() };
    const envelope = { command, data, ...origin, at: new Date().toISOString() };
    const outcome = installation.bus.request(subjects.command("trading", tenant, command, id), envelope);
    return outcome.then(
      () => "accepted",
      (error: unknown) => (error instanceof Refused ? error.code : String(error)),
    );
  }
  async function events(): Promise<AccountEvent[]> {
    const all: AccountEvent[] = [];
    for await (const { type, data } of installation.eventStore.readStream(streams.account(tenant, accountId)))
      all.push({ type, data } as AccountEvent);
    return all;
  }
  function quote(): void {
    const bid = server.bid() / 100_000;
    const tick = { timeMsc: Date.now(), bid, ask: bid + 0.00003, last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 };
    const header = { kind: "live", symbolIndex: NO_SYMBOL_INDEX, epoch: 1n, sequence: 1n } as const;
    const batch = encodeTickBatch({ ...header, lost: 0, utcOffsetSeconds: 0, ticks: [tick] });
    installation.bus.publish(subjects.quotes(tenant, "EURUSD"), batch);
  }
  await until("the account is open", async () => {
    const outcome = await send("OpenAccount", { accountId, venue: "mt5", terminal, leverage: 500 });
    return outcome === "accepted" || outcome === "ACCOUNT_EXISTS";
  });
  return {
    ...{ server, send, events, quote, luck },
    calm: () => {
      isBad = false;
    },
  };
}

test("over crashes of the terminal, the bridge and the service, each order is filled once, or never, as the broker has it", {
  timeout: 240_000,
}, async () => {
  const desk = await openAtBroker("brokered", {
    ...{ partial: 0.2, later: 0.2, doubtDone: 0.15, doubtUndone: 0.05, reject: 0.1 },
    ...{ crashBefore: 0.05, crashAfter: 0.1, forget: 0.3, lag: 0.1 },
  });
  const { server, send, events, quote, luck } = desk;
  const ids = Array.from({ length: ORDERS }, (_, index) => `o${index}`);
  const kills = { 8: "trading", 14: "bridge", 19: "trading" } as const;
  for (const [index, orderId] of ids.entries()) {
    const kind = luck.share() < 0.7 ? "market" : "limit";
    const side = luck.share() < 0.5 ? "buy" : "sell";
    const limit = (server.bid() + (side === "buy" ? -500 : 500)) / 100_000;
    const volume = (Math.ceil(luck.share() * 50) / 100).toFixed(2);
    const order = { accountId, orderId, symbol: "EURUSD", side, volume, kind };
    await until(`${orderId} is placed`, async () => {
      quote();
      const outcome = await send("PlaceOrder", { ...order, ...(kind === "limit" && { limitPrice: limit.toFixed(5) }) });
      return outcome === "accepted" || outcome === "ORDER_EXISTS";
    });
    if (luck.share() < 0.2) server.execute(byHand({ side, volume, kind: "market" }));
    const victim = kills[index as keyof typeof kills];
    if (victim) await installation.kill(victim);
    await sleep(100);
  }
  desk.calm();

  const filledBy = (all: readonly AccountEvent[], orderId: string) =>
    all.reduce((sum, { type, data }) => {
      if (type === "OrderFilled" && data.orderId === orderId) return sum + Math.round(Number(data.volume) * 100);
      return type === "ExecutionRevoked" && data.orderId === orderId
        ? sum - Math.round(Number(data.volume) * 100)
        : sum;
    }, 0);
  const soldBy = (orderId: string) => {
    const tickets = server.taken.get(magicOf(accountId, orderId)) ?? [];
    return {
      tickets,
      volume: server.deals.filter(({ order }) => tickets.includes(order)).reduce((sum, { volume }) => sum + volume, 0),
    };
  };
  const isOver = (all: readonly AccountEvent[], orderId: string) => {
    const last = all.findLast(
      ({ type, data }) => type.startsWith("Order") && "orderId" in data && data.orderId === orderId,
    );
    const isEnded =
      last?.type === "OrderCancelled" ||
      last?.type === "OrderRejected" ||
      (last?.type === "OrderFilled" && last.data.remaining === "0");
    return isEnded || [...server.orders.keys()].some((ticket) => soldBy(orderId).tickets.includes(ticket));
  };
  await until(
    "every order is over, or rests at the broker, filled as the broker has it",
    async () => {
      const all = await events();
      return ids.every((orderId) => isOver(all, orderId) && filledBy(all, orderId) === soldBy(orderId).volume);
    },
    150_000,
  );
  for (const orderId of ids) expect(soldBy(orderId).tickets.length, `seed ${seed}, ${orderId}`).toBeLessThanOrEqual(1);
  const strangers = server.deals.filter(({ magic }) => magic === "0").map(({ order }) => `mt5-${order}`);
  const external = async () =>
    (await events()).flatMap(({ type, data }) =>
      type === "OrderPlaced" && data.external !== undefined ? [data.orderId] : [],
    );
  await expect.poll(async () => (await external()).sort(), { timeout: 30_000 }).toEqual(strangers.sort());
});
