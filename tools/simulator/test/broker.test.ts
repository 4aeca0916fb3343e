import { setTimeout as sleep } from "node:timers/promises";
import { type AccountEvent, DealType, type JsonObject, magicOf } from "@tradesage/contracts";
import { text } from "@tradesage/trading/testing";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byHand } from "../src/broker/by-hand.fixture.ts";
import { accountId, openDesk, seed } from "./desk.ts";
import { type Installation, startInstallation } from "./installation.ts";

const symbol = "EURUSD";
const ORDERS = 24;
const hundredths = (amount: string) => Math.round(Number(amount) * 100);

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation({ withTrading: true });
});
afterAll(() => installation?.stop());

test("a hedging account holds what its broker holds, position by position, whoever trades and whatever dies", async () => {
  const desk = await openDesk(installation, "hedged", { mode: "hedging", misbehaviour: { repeat: 1 } });
  const { server, ask, quote } = desk;
  const order = (orderId: string, side: "buy" | "sell", terms: JsonObject = { kind: "market" }) =>
    ask("PlaceOrder", { orderId, symbol, side, volume: "0.10", ...terms });
  const price = (points: number) => ((server.bid() + points) / 100_000).toFixed(5);
  const shownAs = (orderId: string) => String(server.taken.get(magicOf(accountId, orderId))?.[0]);
  const positionOf = (orderId: string) => server.positions.get(shownAs(orderId));
  const hand = { type: "instruction", id: "by-hand", magic: "0", deadlineMsc: 1 } as const;
  /** Hundredths of lots, those sold below zero, at the broker and in the account's books. */
  async function holds(expected: Readonly<Record<string, number | undefined>>): Promise<void> {
    const ours = async () => {
      quote();
      const { positions } = await desk.account();
      const signed = positions.map(({ side, volume }) => hundredths(text(volume)) * (side === "buy" ? 1 : -1));
      return Object.fromEntries(signed);
    };
    await expect.poll(ours).toEqual(expected);
    const { broker } = await desk.account();
    const nameOf = (ticket: number) => broker?.byTicket.get(String(ticket)) ?? `mt5-${ticket}`;
    const theirs = [...server.positions.values()].map(({ identifier, volume }) => [nameOf(identifier), volume]);
    expect(Object.fromEntries(theirs)).toEqual(expected);
  }

  await order("long", "buy", { kind: "market", volume: "0.30" });
  await order("short", "sell", { kind: "market", volume: "0.20" });
  await holds({ long: 30, short: -20 });
  await ask("ClosePosition", { symbol, positionId: "long", orderId: "part", volume: "0.10" });
  await holds({ long: 20, short: -20 });
  await ask("ClosePositionBy", { symbol, positionId: "long", by: "short", executionId: "by" });
  await holds({});

  const linked = { symbol, side: "buy", volume: "0.10" };
  const above = { orderId: "above", ...linked, kind: "stop", stopPrice: price(400) };
  const below = { orderId: "below", ...linked, kind: "limit", limitPrice: price(-50) };
  await ask("PlaceLinkedOrders", { orders: [above, below] });
  await until("both wait at the broker", () => server.orders.size === 2);
  server.move(-60);
  await holds({ below: 10 });
  await until("the other one is cancelled", () => server.orders.size === 0);

  await order("trails", "buy", { kind: "market", trailingStop: { distance: "0.00100" } });
  await order("follows", "sell", { kind: "trailing_stop", trailing: { distance: "0.00200" } });
  await until("what trails is at the broker", () => positionOf("trails") !== undefined && server.orders.size === 1);
  server.move(300);
  await until("both stops have followed the market", () => {
    quote();
    const [waiting] = server.orders.values();
    return positionOf("trails")?.stopLoss === server.bid() - 100 && waiting?.price === server.bid() - 200;
  });
  server.move(-150);
  await holds({ below: 10 });
  server.move(-100);
  await holds({ below: 10, follows: -10 });
  server.execute({ ...hand, action: "close", ticket: shownAs("follows"), volume: "0.04" });
  await holds({ below: 10, follows: -6 });

  desk.befall("later");
  await order("late", "buy");
  await until("the broker has the order", () => server.taken.has(magicOf(accountId, "late")));
  await desk.leave();
  await until("it is filled, as far as it is, while nobody looks", () => {
    server.pass();
    return server.orders.size === 0;
  });
  const late = positionOf("late")?.volume;
  const closing = server.deals.find(({ entry, position }) => entry === 1 && String(position) === shownAs("follows"));
  if (closing) server.revoke(closing);
  const kept = positionOf("below");
  if (kept) server.renew(kept);
  server.pay(50_000, DealType.credit);
  const { order: strange } = server.execute(byHand({ side: "sell", volume: "0.05", kind: "market" }));
  desk.come();
  await holds({ below: 10, follows: -10, late, [`mt5-${strange}`]: -5 });

  desk.befall("crashAfter");
  desk.befall("forget");
  await ask("ClosePosition", { symbol, positionId: "below", orderId: "end" });
  await holds({ follows: -10, late, [`mt5-${strange}`]: -5 });
  desk.calm();
  await until("the books are the broker's, and nothing is unknown", async () => {
    const { balance, credit, broker, orders } = await desk.account();
    const isMoney = hundredths(text(balance)) === server.balance() && hundredths(text(credit)) === 50_000;
    return isMoney && broker?.instructions.isEmpty() && orders.isEmpty();
  });
  for (const [magic, tickets] of server.taken) if (magic !== "0") expect(tickets.length, magic).toBe(1);
  const told = (await desk.events()).map(({ type }) => type);
  expect(told).toEqual(expect.arrayContaining(["DealRevoked", "PositionReconciled", "OrderTrailed"]));
});

test("over crashes of the terminal, the bridge and the service, each order is filled once, or never, as the broker has it", async () => {
  const desk = await openDesk(installation, "brokered", {
    mode: "netting",
    misbehaviour: {
      ...{ partial: 0.2, later: 0.2, doubtDone: 0.15, doubtUndone: 0.05, reject: 0.1 },
      ...{ crashBefore: 0.05, crashAfter: 0.1, forget: 0.3, lag: 0.1 },
    },
  });
  const { server, ask, events, luck } = desk;
  const ids = Array.from({ length: ORDERS }, (_, index) => `o${index}`);
  const kills = { 8: "trading", 14: "bridge", 19: "trading" } as const;
  for (const [index, orderId] of ids.entries()) {
    const kind = luck.share() < 0.7 ? "market" : "limit";
    const side = luck.share() < 0.5 ? "buy" : "sell";
    const limit = (server.bid() + (side === "buy" ? -500 : 500)) / 100_000;
    const volume = (Math.ceil(luck.share() * 50) / 100).toFixed(2);
    const limitPrice = kind === "limit" && { limitPrice: limit.toFixed(5) };
    await ask("PlaceOrder", { orderId, symbol, side, volume, kind, ...limitPrice });
    if (luck.share() < 0.2) server.execute(byHand({ side, volume, kind: "market" }));
    const victim = kills[index as keyof typeof kills];
    if (victim) await installation.kill(victim);
    await sleep(100);
  }
  desk.calm();

  const filledBy = (all: readonly AccountEvent[], orderId: string) =>
    all.reduce((sum, { type, data }) => {
      if (type === "OrderFilled" && data.orderId === orderId) return sum + hundredths(data.volume);
      return type === "ExecutionRevoked" && data.orderId === orderId ? sum - hundredths(data.volume) : sum;
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
  await until("every order is over, or rests at the broker, filled as the broker has it", async () => {
    const all = await events();
    return ids.every((orderId) => isOver(all, orderId) && filledBy(all, orderId) === soldBy(orderId).volume);
  });
  for (const orderId of ids) expect(soldBy(orderId).tickets.length, `seed ${seed}, ${orderId}`).toBeLessThanOrEqual(1);
  const strangers = server.deals.filter(({ magic }) => magic === "0").map(({ order }) => `mt5-${order}`);
  const external = async () =>
    (await events()).flatMap(({ type, data }) =>
      type === "OrderPlaced" && data.external !== undefined ? [data.orderId] : [],
    );
  await expect.poll(async () => (await external()).sort()).toEqual(strangers.sort());
});
