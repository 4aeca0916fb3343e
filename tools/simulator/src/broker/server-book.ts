import { DealType, isOfCredit, type PositionMode } from "@tradesage/contracts";
import { createPositions, priceOf, type ServerPosition } from "./positions.ts";
import { atMarket, type ServerDeal, type ServerOrder } from "./server-order.ts";

/** ENUM_DEAL_ENTRY. */
const IN = 0;
const OUT = 1;
const OUT_BY = 3;
/** Of each hundredth of a lot, in cents. */
const COMMISSION = 7;

/** What an account has at the simulated server, the market that it trades in, and what becomes of the one in the other. */
export function createBook(now: () => number, mode: PositionMode) {
  const orders = new Map<number, ServerOrder>();
  const positions = createPositions(mode);
  const deals: ServerDeal[] = [];
  /** Every order that it ever took, by magic number. */
  const taken = new Map<string, number[]>();
  let lastTicket = 1000;
  let balance = 1_000_000;
  let credit = 0;
  let bid = 139_148;
  const ask = () => bid + 3;

  return {
    ...{ orders, positions, deals, taken, isReached, fill, ordered },
    balance: () => balance,
    credit: () => credit,
    bid: () => bid,
    ask,
    ticket: () => ++lastTicket,
    take(order: ServerOrder): void {
      orders.set(order.ticket, order);
      note(order.magic, order.ticket);
    },
    /** The market moves: what waits for its price is filled. */
    move(points: number): void {
      bid = Math.max(1000, bid + points);
      for (const order of [...orders.values()]) if (isReached(order)) fill(order, order.remaining);
      for (const held of [...positions.all.values()]) if (isStopped(held)) stop(held);
    },
    /** ENUM_DEAL_TYPE says how: a credit stands beside the balance. */
    pay(cents: number, type: number = DealType.balance): void {
      add(type, cents);
      const nothing = { magic: "0", symbol: "", side: undefined, volume: 0, price: 0 };
      deals.push({ ...dealOf(nothing, 0, { entry: IN, position: 0, profit: cents, commission: 0 }), type });
    },
    /** The broker changes a deal's money afterwards. */
    correct(deal: ServerDeal, cents: number): void {
      deal.commission += cents;
      add(deal.type, cents);
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
    /** Both are closed at the price at which the second was opened, as far as the smaller goes; the ticket of that. */
    closeBy(held: ServerPosition, other: ServerPosition, magic: string): number {
      const order = ++lastTicket;
      note(magic, order);
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
      return order;
    },
  };

  function add(type: number, cents: number): void {
    if (isOfCredit(type)) credit += cents;
    else balance += cents;
  }

  function note(magic: string, ticket: number): void {
    taken.set(magic, [...(taken.get(magic) ?? []), ticket]);
  }

  /** An order that closes so much of a position. */
  function ordered(held: ServerPosition, magic: string, volume: number): ServerOrder {
    const side = held.volume > 0 ? "sell" : "buy";
    return {
      ...{ ticket: ++lastTicket, magic, symbol: held.symbol, side, volume, remaining: volume },
      ...{ ...atMarket, closes: held.identifier },
    };
  }

  function isReached({ kind, side, price }: ServerOrder): boolean {
    if (kind === "limit") return side === "buy" ? ask() <= price : bid >= price;
    return kind !== "market" && (side === "buy" ? ask() >= price : bid <= price);
  }

  function isStopped({ volume, stopLoss, takeProfit }: ServerPosition): boolean {
    if (volume > 0) return (stopLoss > 0 && bid <= stopLoss) || (takeProfit > 0 && bid >= takeProfit);
    return (stopLoss > 0 && ask() >= stopLoss) || (takeProfit > 0 && ask() <= takeProfit);
  }

  /** The server closes a position at its stop; the deal has the magic number of the order that opened it. */
  function stop(held: ServerPosition): void {
    const volume = Math.abs(held.volume);
    fill(ordered(held, held.magic, volume), volume);
  }

  /** Gives the ticket of the deal, 0 without one. In hedging what closes a position closes no more than there is by then. */
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
    const of = { entry, position: place.identifier, profit, commission };
    const deal = dealOf({ ...order, volume, price }, order.ticket, of);
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
