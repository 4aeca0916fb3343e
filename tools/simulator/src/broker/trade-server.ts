import type { Instruction, Side } from "@tradesage/contracts";
import { doubts, type Luck, rejections } from "./faults.ts";

/** Prices in points of five digits, volumes in hundredths of a lot, money in cents: nothing is rounded. */
export interface ServerOrder {
  readonly ticket: number;
  readonly magic: string;
  readonly symbol: string;
  readonly side: Side;
  readonly kind: "market" | "limit" | "stop" | "stop_limit";
  readonly volume: number;
  remaining: number;
  price: number;
  stopLimit: number;
}

export interface ServerDeal {
  readonly ticket: number;
  readonly order: number;
  readonly magic: string;
  readonly symbol: string;
  /** Undefined: money was paid in or out. */
  readonly side: Side | undefined;
  readonly volume: number;
  readonly price: number;
  readonly timeMsc: number;
  profit: number;
  commission: number;
}

interface Position {
  /** Below zero is sold. */
  volume: number;
  /** Points times volume that it cost. */
  cost: number;
  stopLoss: number;
  takeProfit: number;
}

export interface Answer {
  readonly retcode: number;
  readonly order: number;
  readonly deal: number;
  readonly volume: number;
  readonly price: number;
}

const DONE = 10_009;
const DONE_PARTIAL = 10_010;
const PLACED = 10_008;
const INVALID_ORDER = 10_035;
const LATER_MS = 3_000;
/** Of each hundredth of a lot, in cents. */
const COMMISSION = 7;

/** A broker's trade server with one netting account. Its state is the truth that everything else is held against. */
export function createTradeServer(luck: Luck, now: () => number) {
  const orders = new Map<number, ServerOrder>();
  const positions = new Map<string, Position>();
  const deals: ServerDeal[] = [];
  /** Every order that it ever took, by magic number. */
  const taken = new Map<string, number[]>();
  const due: { readonly at: number; run(): void }[] = [];
  let lastTicket = 1000;
  let balance = 1_000_000;
  let bid = 139_148;
  const ask = () => bid + 3;

  const server = {
    ...{ orders, positions, deals, taken },
    balance: () => balance,
    bid: () => bid,
    /** The market moves: what waits for its price is filled. */
    move(points: number): void {
      bid = Math.max(1000, bid + points);
      for (const order of [...orders.values()]) if (isReached(order)) fill(order, order.remaining);
    },
    /** What was to happen later has happened by now. */
    pass(): void {
      for (const late of due.splice(0)) {
        if (late.at <= now()) late.run();
        else due.push(late);
      }
    },
    pay(cents: number): void {
      balance += cents;
      deals.push(dealOf({ magic: "0", symbol: "", side: undefined, volume: 0, price: 0 }, 0, cents, 0));
    },
    /** Carries a request out, as far as luck has it. */
    send(instruction: Instruction): Answer {
      if (luck.befalls("reject")) return answer(luck.one(rejections));
      if (luck.befalls("doubtUndone")) return answer(luck.one(doubts));
      if (luck.befalls("doubtDone")) {
        execute(instruction);
        return answer(luck.one(doubts));
      }
      return execute(instruction);
    },
    execute,
    /** The broker changes a deal's money afterwards. */
    correct(deal: ServerDeal, cents: number): void {
      deal.commission += cents;
      balance += cents;
    },
    /** The broker takes a deal back, and what it did to the position. */
    revoke(deal: ServerDeal): void {
      deals.splice(deals.indexOf(deal), 1);
      balance -= deal.profit + deal.commission;
      if (deal.side) book(deal.symbol, deal.side === "buy" ? -deal.volume : deal.volume, deal.price);
    },
  };
  return server;

  function execute(instruction: Instruction): Answer {
    switch (instruction.action) {
      case "place":
        return place(instruction);
      case "cancel":
        return orders.delete(Number(instruction.ticket)) ? answer(DONE) : answer(INVALID_ORDER);
      case "modify": {
        const order = orders.get(Number(instruction.ticket));
        if (!order) return answer(INVALID_ORDER);
        order.price = points(instruction.price);
        order.stopLimit = points(instruction.stopLimit);
        return answer(DONE, { order: order.ticket });
      }
      case "protect": {
        const position = [...positions.values()][0];
        if (!position) return answer(INVALID_ORDER);
        position.stopLoss = points(instruction.stopLoss);
        position.takeProfit = points(instruction.takeProfit);
        return answer(DONE);
      }
      case "close":
        return answer(INVALID_ORDER);
    }
  }

  function place(placing: Extract<Instruction, { action: "place" }>): Answer {
    const { magic, symbol, side, kind } = placing;
    const volume = Math.round(Number(placing.volume) * 100);
    const [price, stopLimit] = [points(placing.price), points(placing.stopLimit)];
    const ticket = ++lastTicket;
    const order: ServerOrder = { ticket, magic, symbol, side, kind, volume, remaining: volume, price, stopLimit };
    orders.set(ticket, order);
    taken.set(magic, [...(taken.get(magic) ?? []), ticket]);
    if (kind !== "market") {
      if (isReached(order)) fill(order, volume);
      return answer(DONE, { order: ticket });
    }
    if (luck.befalls("later")) {
      const part = Math.round(luck.share() * volume);
      due.push({ at: now() + luck.share() * LATER_MS, run: () => finish(order, part) });
      return answer(PLACED, { order: ticket });
    }
    const part = luck.befalls("partial") ? Math.ceil(luck.share() * volume) : volume;
    const deal = finish(order, part);
    return answer(part < volume ? DONE_PARTIAL : DONE, { order: ticket, deal, volume: part, price: ask() });
  }

  /** A market order is filled as far as it is, and is over. */
  function finish(order: ServerOrder, part: number): number {
    const deal = part > 0 ? fill(order, part) : 0;
    orders.delete(order.ticket);
    return deal;
  }

  function isReached({ kind, side, price }: ServerOrder): boolean {
    if (kind === "limit") return side === "buy" ? ask() <= price : bid >= price;
    return kind !== "market" && (side === "buy" ? ask() >= price : bid <= price);
  }

  function fill(order: ServerOrder, volume: number): number {
    const price = order.side === "buy" ? ask() : bid;
    order.remaining -= volume;
    if (order.remaining === 0) orders.delete(order.ticket);
    const profit = book(order.symbol, order.side === "buy" ? volume : -volume, price);
    const commission = -COMMISSION * volume;
    balance += profit + commission;
    const deal = dealOf({ ...order, volume, price }, order.ticket, profit, commission);
    deals.push(deal);
    return deal.ticket;
  }

  function dealOf(
    { magic, symbol, side, volume, price }: Pick<ServerDeal, "magic" | "symbol" | "side" | "volume" | "price">,
    order: number,
    profit: number,
    commission: number,
  ): ServerDeal {
    return { ticket: ++lastTicket, order, magic, symbol, side, volume, price, timeMsc: now(), profit, commission };
  }

  /** Nets a trade into its position; the profit of what it closed. */
  function book(symbol: string, volume: number, price: number): number {
    const held = positions.get(symbol) ?? { volume: 0, cost: 0, stopLoss: 0, takeProfit: 0 };
    const isClosing = held.volume !== 0 && Math.sign(held.volume) !== Math.sign(volume);
    const closed = isClosing ? Math.min(Math.abs(volume), Math.abs(held.volume)) * Math.sign(volume) : 0;
    const cost = closed === 0 ? 0 : Math.round((held.cost * closed) / held.volume);
    const opened = volume - closed;
    const next = { ...held, volume: held.volume + volume, cost: held.cost + cost + opened * price };
    if (next.volume === 0) positions.delete(symbol);
    else positions.set(symbol, next);
    return closed === 0 ? 0 : cost - closed * price;
  }
}

const points = (price: string | undefined) => Math.round(Number(price ?? 0) * 100_000);
const answer = (retcode: number, more: Partial<Answer> = {}): Answer => ({
  ...{ retcode, order: 0, deal: 0, volume: 0, price: 0 },
  ...more,
});

export type SimulatedTradeServer = ReturnType<typeof createTradeServer>;
