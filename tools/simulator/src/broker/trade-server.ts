import { DealType, type Instruction, isOfCredit, type PositionMode, type Side } from "@tradesage/contracts";
import { doubts, type Luck, rejections } from "./faults.ts";
import { createPositions, priceOf, type ServerPosition } from "./positions.ts";

/** Prices in points of five digits, volumes in hundredths of a lot, money in cents: nothing is rounded. */
export interface ServerOrder {
  readonly ticket: number;
  readonly magic: string;
  readonly symbol: string;
  readonly side: Side;
  readonly kind: "market" | "limit" | "stop" | "stop_limit";
  readonly volume: number;
  /** Of a hedging account: the identifier of the position that it closes. */
  readonly closes?: number;
  remaining: number;
  price: number;
  stopLimit: number;
  /** Of the position that it opens, or adds to; 0: none. */
  stopLoss: number;
  takeProfit: number;
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
  /** ENUM_DEAL_TYPE. */
  readonly type: number;
  /** ENUM_DEAL_ENTRY, and the identifier of the position. */
  readonly entry: number;
  readonly position: number;
  profit: number;
  commission: number;
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
const POSITION_CLOSED = 10_036;
const INVALID_CLOSE_VOLUME = 10_038;
/** ENUM_DEAL_ENTRY. */
const IN = 0;
const OUT = 1;
const OUT_BY = 3;
const LATER_MS = 3_000;
/** Of each hundredth of a lot, in cents. */
const COMMISSION = 7;

/** A broker's trade server with one account. Its state is the truth that everything else is held against. */
export function createTradeServer(luck: Luck, now: () => number, mode: PositionMode = "netting") {
  const orders = new Map<number, ServerOrder>();
  const positions = createPositions(mode);
  const deals: ServerDeal[] = [];
  /** Every order that it ever took, by magic number. */
  const taken = new Map<string, number[]>();
  const due: { readonly at: number; run(): void }[] = [];
  let lastTicket = 1000;
  let balance = 1_000_000;
  let credit = 0;
  let bid = 139_148;
  let scripted: { readonly retcode: number; readonly isCarriedOut: boolean } | undefined;
  const ask = () => bid + 3;

  const server = {
    ...{ orders, positions: positions.all, deals, taken },
    balance: () => balance,
    credit: () => credit,
    bid: () => bid,
    /** The market moves: what waits for its price is filled. */
    move(points: number): void {
      bid = Math.max(1000, bid + points);
      for (const order of [...orders.values()]) if (isReached(order)) fill(order, order.remaining);
      for (const held of [...positions.all.values()]) if (isStopped(held)) stop(held);
    },
    /** What was to happen later has happened by now. */
    pass(): void {
      for (const late of due.splice(0)) {
        if (late.at <= now()) late.run();
        else due.push(late);
      }
    },
    /** ENUM_DEAL_TYPE says how: a credit stands beside the balance. */
    pay(cents: number, type: number = DealType.balance): void {
      if (isOfCredit(type)) credit += cents;
      else balance += cents;
      const nothing = { magic: "0", symbol: "", side: undefined, volume: 0, price: 0 };
      deals.push({ ...dealOf(nothing, 0, { entry: IN, position: 0, profit: cents, commission: 0 }), type });
    },
    /** The next request is answered so, whether it is carried out or not. */
    answerOnce(retcode: number, isCarriedOut: boolean): void {
      scripted = { retcode, isCarriedOut };
    },
    /** Carries a request out, as far as luck has it. */
    send(instruction: Instruction): Answer {
      if (scripted) {
        const { retcode, isCarriedOut } = scripted;
        scripted = undefined;
        if (isCarriedOut) execute(instruction);
        return answer(retcode);
      }
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
      if (isOfCredit(deal.type)) credit += cents;
      else balance += cents;
    },
    /** The broker takes a deal back, and what it did to the position. In hedging what is closed by now stays so. */
    revoke(deal: ServerDeal): void {
      const place = { symbol: deal.symbol, identifier: deal.position, magic: "0" };
      const isClosed = Math.abs(positions.of(place)?.volume ?? 0) < deal.volume;
      if (mode === "hedging" && deal.entry === IN && isClosed) return;
      deals.splice(deals.indexOf(deal), 1);
      balance -= deal.profit + deal.commission;
      if (deal.side) positions.book(place, deal.side === "buy" ? -deal.volume : deal.volume, deal.price);
    },
    /** A position goes on under another ticket, as after a night at some brokers. */
    renew(held: ServerPosition): void {
      held.ticket = ++lastTicket;
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
        order.stopLoss = points(instruction.stopLoss);
        order.takeProfit = points(instruction.takeProfit);
        return answer(DONE, { order: order.ticket });
      }
      case "protect": {
        const position = positions.byTicket(instruction.ticket);
        if (!position) return answer(POSITION_CLOSED);
        position.stopLoss = points(instruction.stopLoss);
        position.takeProfit = points(instruction.takeProfit);
        return answer(DONE);
      }
      case "close":
        return close(instruction);
      case "close_by":
        return closeBy(instruction);
    }
  }

  function place(placing: Extract<Instruction, { action: "place" }>): Answer {
    const { magic, symbol, side, kind } = placing;
    const volume = Math.round(Number(placing.volume) * 100);
    const [price, stopLimit] = [points(placing.price), points(placing.stopLimit)];
    const ticket = ++lastTicket;
    const order: ServerOrder = {
      ...{ ticket, magic, symbol, side, kind, volume, remaining: volume, price, stopLimit },
      ...{ stopLoss: points(placing.stopLoss), takeProfit: points(placing.takeProfit) },
    };
    orders.set(ticket, order);
    taken.set(magic, [...(taken.get(magic) ?? []), ticket]);
    if (kind === "market") return trade(order);
    if (isReached(order)) fill(order, volume);
    return answer(DONE, { order: ticket });
  }

  function close(closing: Extract<Instruction, { action: "close" }>): Answer {
    const held = positions.byTicket(closing.ticket);
    if (!held) return answer(POSITION_CLOSED);
    const volume = closing.volume === undefined ? Math.abs(held.volume) : Math.round(Number(closing.volume) * 100);
    if (volume > Math.abs(held.volume)) return answer(INVALID_CLOSE_VOLUME);
    return trade(ordered(held, closing.magic, volume));
  }

  /** The order that closes a position, or a part of it. */
  function ordered(held: ServerPosition, magic: string, volume: number): ServerOrder {
    const ticket = ++lastTicket;
    const side = held.volume > 0 ? "sell" : "buy";
    const order: ServerOrder = {
      ...{ ticket, magic, symbol: held.symbol, side, volume, remaining: volume },
      ...{ ...atMarket, closes: held.identifier },
    };
    orders.set(ticket, order);
    taken.set(magic, [...(taken.get(magic) ?? []), ticket]);
    return order;
  }

  /** Both are closed at the price at which the second was opened, as far as the smaller goes. */
  function closeBy({ ticket, by, magic }: Extract<Instruction, { action: "close_by" }>): Answer {
    const [held, other] = [positions.byTicket(ticket), positions.byTicket(by)];
    if (!held || !other) return answer(POSITION_CLOSED);
    if (Math.sign(held.volume) === Math.sign(other.volume)) return answer(INVALID_ORDER);
    const order = ++lastTicket;
    taken.set(magic, [...(taken.get(magic) ?? []), order]);
    const volume = Math.min(Math.abs(held.volume), Math.abs(other.volume));
    const price = priceOf(other);
    for (const each of [held, other]) {
      const side = each.volume > 0 ? "sell" : "buy";
      const profit = positions.book(each, side === "buy" ? volume : -volume, price);
      balance += profit;
      const { symbol, identifier: position } = each;
      deals.push(
        dealOf({ magic, symbol, side, volume, price }, order, { entry: OUT_BY, position, profit, commission: 0 }),
      );
    }
    return answer(DONE, { order });
  }

  function isStopped({ volume, stopLoss, takeProfit }: ServerPosition): boolean {
    if (volume > 0) return (stopLoss > 0 && bid <= stopLoss) || (takeProfit > 0 && bid >= takeProfit);
    return (stopLoss > 0 && ask() >= stopLoss) || (takeProfit > 0 && ask() <= takeProfit);
  }

  /** The server closes a position at its stop; the deal has the magic number of the order that opened it. */
  function stop(held: ServerPosition): void {
    const [magic, ticket] = [held.magic, ++lastTicket];
    const side = held.volume > 0 ? "sell" : "buy";
    const volume = Math.abs(held.volume);
    const rest = { ...atMarket, volume, remaining: volume };
    fill({ ticket, magic, symbol: held.symbol, side, ...rest, closes: held.identifier }, volume);
  }

  function trade(order: ServerOrder): Answer {
    const { ticket, volume } = order;
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

  /** In hedging what closes a position closes no more than there is by then. */
  function fill(order: ServerOrder, wanted: number): number {
    const price = order.side === "buy" ? ask() : bid;
    const { symbol, magic } = order;
    const place = { symbol, identifier: order.closes ?? order.ticket, magic };
    const held = positions.of(place);
    const isClosing = mode === "hedging" && order.closes !== undefined;
    const volume = isClosing ? Math.min(wanted, Math.abs(held?.volume ?? 0)) : wanted;
    if (volume === 0) return 0;
    order.remaining -= volume;
    if (order.remaining === 0) orders.delete(order.ticket);
    const profit = positions.book(place, order.side === "buy" ? volume : -volume, price);
    const opened = positions.of(place);
    if (opened && opened.volume > 0 === (order.side === "buy")) protect(opened, order);
    const commission = -COMMISSION * volume;
    balance += profit + commission;
    const entry = isClosing ? OUT : IN;
    const deal = dealOf({ ...order, volume, price }, order.ticket, {
      entry,
      position: place.identifier,
      profit,
      commission,
    });
    deals.push(deal);
    return deal.ticket;
  }

  function dealOf(
    { magic, symbol, side, volume, price }: Pick<ServerDeal, "magic" | "symbol" | "side" | "volume" | "price">,
    order: number,
    of: Pick<ServerDeal, "entry" | "position" | "profit" | "commission">,
  ): ServerDeal {
    const type = side === "buy" ? 0 : 1;
    return { ticket: ++lastTicket, order, magic, symbol, side, type, volume, price, timeMsc: now(), ...of };
  }
}

/** MetaTrader: what a position is protected by is what the last order had that opened it or added to it (DEAL_SL). */
function protect(position: ServerPosition, { stopLoss, takeProfit }: ServerOrder): void {
  if (stopLoss > 0) position.stopLoss = stopLoss;
  if (takeProfit > 0) position.takeProfit = takeProfit;
}

const atMarket = { kind: "market", price: 0, stopLimit: 0, stopLoss: 0, takeProfit: 0 } as const;
const points = (price: string | undefined) => Math.round(Number(price ?? 0) * 100_000);
const answer = (retcode: number, more: Partial<Answer> = {}): Answer => ({
  ...{ retcode, order: 0, deal: 0, volume: 0, price: 0 },
  ...more,
});

export type SimulatedTradeServer = ReturnType<typeof createTradeServer>;
