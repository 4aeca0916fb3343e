import {
  type AccountCommand,
  type AccountEvent,
  type DataOf,
  DealType,
  magicOf,
  type PositionMode,
  paidBy,
  Refused,
} from "@tradesage/contracts";
import { text } from "@tradesage/trading/testing";
import { expect, test } from "vitest";
import { byHand } from "./by-hand.fixture.ts";
import { createWorld, type Weather, type World } from "./world.fixture.ts";

const RUNS = Number(process.env["TRADESAGE_RUNS"] ?? 100);
const FIRST = Number(process.env["TRADESAGE_SEED"] ?? 1);
const BAD_MS = 60_000;
const CALM_MS = 120_000;

const storm: Weather = {
  ...{ partial: 0.2, later: 0.2, doubtDone: 0.15, doubtUndone: 0.1, reject: 0.1 },
  ...{ crashBefore: 0.05, crashAfter: 0.08, forget: 0.3, lag: 0.2, offline: 0.05 },
  ...{ cutBefore: 0.1, cutAfter: 0.1, lost: 0.1, late: 0.1, twice: 0.15 },
  ...{ away: 0.01, killed: 0.01, refused: 0.05, inDoubt: 0.03 },
};

/** What a trader does, and strangers at the same terminal, and the market. */
function act(world: World, number: number): void {
  const { decide, server, random, accountId, state } = world;
  const side = random() < 0.5 ? "buy" : "sell";
  const volume = (Math.ceil(random() * 50) / 100).toFixed(2);
  const order = { accountId, orderId: `o${number}`, symbol: "EURUSD", side, volume, reduceOnly: false } as const;
  const price = (server.bid() + (side === "buy" ? -1 : 1) * Math.round(random() * 200)) / 100_000;
  const open = state()?.orders.keySeq().toArray() ?? [];
  const some = open[Math.floor(random() * open.length)];
  const asked = (command: AccountCommand) => {
    try {
      decide(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  };
  const kind = Math.floor(random() * 17);
  const gtc = {
    ...order,
    timeInForce: "gtc",
    ...(random() < 0.3 && { trailingStop: { distance: "0.00060" } }),
  } as const;
  if (kind < 4)
    asked({ type: "PlaceOrder", data: { ...gtc, kind: "market", timeInForce: random() < 0.3 ? "ioc" : "gtc" } });
  else if (kind < 6) asked({ type: "PlaceOrder", data: { ...gtc, kind: "limit", limitPrice: price.toFixed(5) } });
  else if (kind === 6 && some) asked({ type: "CancelOrder", data: { accountId, orderId: some } });
  else if (kind === 7 && some) asked({ type: "ModifyOrder", data: changed(world, some, price.toFixed(5)) });
  else if (kind === 8) strangers(server, random, side, volume, price.toFixed(5), state()?.mode === "hedging");
  else if (kind < 12 && state()?.positions.isEmpty() === false) asked(ofPosition(world, number, volume));
  else if (kind === 12) asked(linked(world, number, volume));
  else if (kind < 15)
    asked({ type: "PlaceOrder", data: { ...gtc, kind: "trailing_stop", trailing: trailing(random) } });
  else server.move(Math.round((random() - 0.5) * 300));
}

const trailing = (random: () => number) => ({ distance: (Math.ceil(random() * 15) / 10_000).toFixed(5) });

/** Another price of an order that waits; of one that trails, another distance. */
function changed({ random, accountId, state }: World, orderId: string, limitPrice: string) {
  const trails = state()?.orders.get(orderId)?.kind === "trailing_stop";
  return { accountId, orderId, ...(trails ? { trailing: trailing(random) } : { limitPrice }) };
}

/** A buy above the market and one below it, of which one is to be filled. */
function linked({ random, accountId, server }: World, number: number, volume: string): AccountCommand {
  const away = (points: number) => ((server.bid() + points) / 100_000).toFixed(5);
  const common = { symbol: "EURUSD", side: "buy", volume, timeInForce: "gtc", reduceOnly: false } as const;
  const stop = { kind: "stop", stopPrice: away(5 + Math.round(random() * 100)) } as const;
  const limit = { kind: "limit", limitPrice: away(-Math.round(random() * 100)) } as const;
  const orders = [
    { orderId: `o${number}`, ...common, ...stop },
    { orderId: `l${number}`, ...common, ...limit },
  ];
  return { type: "PlaceLinkedOrders", data: { accountId, orders } };
}

/** What a trader does with a position: protects it; in hedging closes it, whole or in part, or by another one. */
function ofPosition({ random, accountId, state, server }: World, number: number, volume: string): AccountCommand {
  const positions = [...(state()?.positions.values() ?? [])] as const;
  const one = () => positions[Math.floor(random() * positions.length)] as (typeof positions)[number];
  const [held, other] = [one(), one()];
  const { symbol, positionId, side } = held;
  const named = { accountId, symbol, ...(positionId !== undefined && { positionId }) };
  const away = (points: number) => ((server.bid() + (side === "buy" ? points : -points)) / 100_000).toFixed(5);
  const what = Math.floor(random() * 3);
  if (positionId === undefined || other.positionId === undefined || what === 0) {
    const stops = {
      stopLoss: away(-50 - Math.round(random() * 200)),
      takeProfit: away(50 + Math.round(random() * 200)),
    };
    const trailing = { trailingStop: { distance: "0.00100" }, takeProfit: stops.takeProfit };
    return { type: "ProtectPosition", data: { ...named, ...(random() < 0.4 ? trailing : stops) } };
  }
  if (what === 1) {
    const part = random() < 0.5 ? { volume } : {};
    return { type: "ClosePosition", data: { ...named, orderId: `o${number}`, ...part } };
  }
  const by = { positionId, by: other.positionId, executionId: `e${number}` };
  return { type: "ClosePositionBy", data: { accountId, symbol, ...by } };
}

const payments = Object.values(DealType);

function strangers(
  server: World["server"],
  random: () => number,
  side: "buy" | "sell",
  volume: string,
  price: string,
  isHedging: boolean,
): void {
  const hand = { type: "instruction", id: "by-hand", magic: "0", deadlineMsc: 1 } as const;
  const deal = server.deals.at(-1);
  const [held, other] = [...server.positions.values()].reverse();
  const [ticket, by] = [String(held?.ticket), String(other?.ticket)];
  const what = Math.floor(random() * 9);
  if (what < 2) server.execute(byHand({ side, volume, kind: "market" }));
  else if (what === 2) server.execute(byHand({ side, volume, kind: "limit", price }));
  else if (what === 3)
    server.pay(Math.round((random() - 0.3) * 10_000), payments[Math.floor(random() * payments.length)]);
  else if (what === 4 && deal) server.correct(deal, Math.round(random() * 100));
  else if (what === 5 && deal?.side) server.revoke(deal);
  else if (what === 6 && held) server.renew(held);
  else if (what === 7 && held) server.execute({ ...hand, action: "protect", ticket, stopLoss: price });
  else if (what === 8 && isHedging) server.execute({ ...hand, action: "close_by", ticket, by });
  else if (isHedging) server.execute({ ...hand, action: "close", ticket });
}

interface Shown {
  toString(): string;
}

/** What the account says, and what the broker knows. */
function compare({ server, stream, state, sent, accountId }: World) {
  const events = stream.map(({ event }) => event);
  const of = <Type extends AccountEvent["type"]>(type: Type) =>
    events.flatMap((event) => (event.type === type ? [event.data as DataOf<AccountEvent, Type>] : []));
  const adopted = new Set(of("BrokerAdopted").flatMap(({ deals }) => deals));
  const revoked = (ticket: string) => !server.deals.some((deal) => String(deal.ticket) === ticket);
  const account = state();
  const placed = of("OrderPlaced").filter(({ external }) => external === undefined);
  const filled = new Map<string, number>();
  const cents = (amount: string) => Math.round(Number(amount) * 100);
  const paidLater = (event: AccountEvent) =>
    event.type === "BalanceReconciled" && event.data.reason === "opening" ? "0" : (paidBy(event) ?? "0");
  for (const { orderId, volume, executionId } of of("OrderFilled")) {
    if (!revoked(executionId.slice(4))) filled.set(orderId, (filled.get(orderId) ?? 0) + cents(volume));
  }
  const identifierOf = (key: string) => account?.broker?.orders.get(key)?.ticket ?? key.replace(/^mt5-/, "");
  const points = (price: Shown) => Math.round(Number(price.toString()) * 100_000);
  /** The stop of what was bought is below the bid. */
  const isBehind = (
    side: "buy" | "sell",
    stop?: Shown,
    trails?: { readonly distance: Shown; readonly step: Shown },
  ) => {
    if (!stop || !trails) return false;
    const behind = side === "buy" ? server.bid() - points(stop) : points(stop) - server.bid() - 3;
    return behind >= points(trails.distance) + points(trails.step);
  };
  const wasFilled = (orderId: string) => of("OrderFilled").some((fill) => fill.orderId === orderId);
  const recorded = of("DealRecorded").map(({ deal }) => deal.ticket);
  return {
    ours: {
      filled: Object.fromEntries(placed.map(({ orderId }) => [orderId, filled.get(orderId) ?? 0])),
      open: account?.orders
        .entrySeq()
        .map(([orderId, { limitPrice, stopPrice }]) =>
          [account.broker?.orders.get(orderId)?.ticket ?? orderId, points(limitPrice ?? stopPrice ?? 0)].join(" at "),
        )
        .toArray()
        .sort(),
      deals: [...new Set(recorded)].filter((ticket) => !revoked(ticket)).sort(),
      positions: account?.positions
        .entrySeq()
        .map(([key, { side, volume, stops }]) => [
          ...[identifierOf(key), (side === "buy" ? 1 : -1) * cents(text(volume))],
          ...[Number(stops.stopLoss?.toString() ?? 0), Number(stops.takeProfit?.toString() ?? 0)],
        ])
        .toArray()
        .sort(),
      balance: account && text(account.balance),
      credit: account && text(account.credit),
      // Of deals from before it began the account knows no amounts: what the broker changes of them is a correction.
      paid: adopted.size > 0 ? undefined : events.reduce((sum, event) => sum + cents(paidLater(event)), 0),
      unresolved: account?.broker?.instructions.size,
      linkedStill: placed.flatMap(({ orderId, oco = [] }) =>
        account?.orders.has(orderId) && oco.some((other) => !filled.has(orderId) && filled.has(other)) ? [orderId] : [],
      ),
      bothFilled: of("LinkedOrdersFilled").length,
      trailsNever: placed.flatMap(({ orderId, trailingStop }) => {
        const isOf = ({ positionId }: { readonly positionId?: string | undefined }) => positionId === orderId;
        const isOpened = trailingStop !== undefined && of("PositionOpened").some(isOf);
        return isOpened &&
          !of("PositionProtected")
            .filter(isOf)
            .some((stops) => stops.trailingStop)
          ? [orderId]
          : [];
      }),
      trailsNoMore: account?.orders
        .filter(({ kind, trailing }) => kind === "trailing_stop" && !trailing)
        .keySeq()
        .toArray(),
      trailsBehind: [
        ...(account?.positions.filter(({ side, stops }) => isBehind(side, stops.stopLoss, stops.trailingStop)) ?? []),
        ...(account?.orders.filter(({ side, stopPrice, trailing }) =>
          isBehind(side === "buy" ? "sell" : "buy", stopPrice, trailing),
        ) ?? []),
      ].map(([key]) => key),
      sentTwice: sent.filter((id, index) => sent.indexOf(id) !== index),
    },
    theirs: {
      filled: Object.fromEntries(
        placed.map(({ orderId }) => {
          const magic = magicOf(accountId, orderId);
          const tickets = server.taken.get(magic) ?? [];
          expect(tickets.length, `${orderId} was taken more than once`).toBeLessThanOrEqual(1);
          const deals = server.deals.filter(({ order }) => tickets.includes(order));
          return [orderId, deals.reduce((sum, { volume }) => sum + volume, 0)];
        }),
      ),
      open: [...server.orders.values()].map(({ ticket, price }) => `${ticket} at ${price}`).sort(),
      deals: server.deals
        .map(({ ticket }) => String(ticket))
        .filter((ticket) => !adopted.has(ticket))
        .sort(),
      positions: [...server.positions]
        .map(([key, { volume, stopLoss, takeProfit }]) => [key, volume, stopLoss / 100_000, takeProfit / 100_000])
        .sort(),
      balance: String(server.balance() / 100),
      credit: String(server.credit() / 100),
      paid:
        adopted.size > 0
          ? undefined
          : server.deals.reduce((sum, { side, profit, commission }) => (side ? sum : sum + profit + commission), 0),
      unresolved: 0,
      trailsBehind: [],
      trailsNever: [],
      trailsNoMore: [],
      linkedStill: [],
      bothFilled: placed.filter(
        ({ orderId, oco = [] }) => oco.some((other) => other < orderId && wasFilled(other)) && wasFilled(orderId),
      ).length,
      sentTwice: [],
    },
  };
}

async function run(seed: number, mode: PositionMode): Promise<World> {
  const world = createWorld(seed, storm, mode);
  await world.pass(5_000 + world.random() * 5_000);
  for (let number = 1, spent = 0; spent < BAD_MS; number++) {
    const pause = 500 + world.random() * 5_000;
    act(world, number);
    await world.pass(pause);
    spent += pause;
  }
  world.calm();
  await world.pass(CALM_MS);
  return world;
}

test.each(["netting", "hedging"] as const)(
  "whatever goes wrong, no order is filled twice, none is invented and none is forgotten: %s",
  {
    timeout: 600_000,
  },
  async (mode) => {
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      const world = await run(seed, mode);
      const { ours, theirs } = compare(world);
      expect(ours, `TRADESAGE_SEED=${seed} TRADESAGE_RUNS=1`).toEqual(theirs);
    }
  },
);
