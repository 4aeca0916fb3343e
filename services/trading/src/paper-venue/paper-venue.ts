import {
  type CancelReason,
  type CommandEnvelope,
  type CommandReply,
  type InstrumentSpecification,
  type InstrumentSymbol,
  type QuoteUsed,
  Refused,
  type TenantId,
} from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { decimal, text } from "../calculation/decimal.ts";
import type { MarketQuote } from "../calculation/market.ts";
import type { Markets } from "../markets/markets.ts";
import type { Desks } from "../reactors/desks.ts";
import type { Venue } from "../venues/venue.ts";
import { type Book, createBook } from "./book.ts";
import { envelopeOf, executionOf, nameOf, stopOf, triggerOf, type VenueCommand } from "./commands.ts";
import { createOpenOrders, type VenueOrder } from "./open-orders.ts";
import { createOrderIndex } from "./order-index.ts";
import { isOver } from "./over.ts";
import { normalised } from "./prices.ts";
import { createProtections, type Protection } from "./protections.ts";
import { createTrailTeller } from "./tell-trails.ts";
import { arrivalOf, createAccountTerms, volumeOf } from "./terms.ts";
import { advances } from "./trailing.ts";

export interface PaperVenueOptions {
  readonly markets: Markets;
  /** Whose terms hold for accounts that have none of their own. */
  readonly desks: Pick<Desks, "termsOf">;
  /** Hands an execution to the account, which decides. */
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  /** A quote that reached us longer ago fills nothing. */
  readonly maxQuoteAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Asks for every tick of an instrument, since something waits for its price. */
  readonly watch: (tenant: TenantId, symbol: InstrumentSymbol) => void;
}

export interface PaperVenue extends Venue {
  /** Whether an order or a stop waits for a price of the instrument. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** A tick is about to count: what has arrived by now meets the prices before it. */
  arrive(): void;
  /** A good tick came. */
  tick(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
}

const RETRY_MS = 1000;
const EXPIRE_EVERY_MS = 500;

/**
 * Fills orders at the tenant's own live prices: what buys pays the ask, what sells gets the bid. A market order takes
 * the newest quote, or the next one if that is too old; a limit order rests until the quote reaches its price, and gets
 * the quote, which is then its price or a better one, also over a gap. A stop gets the quote that reached it, which over
 * a gap is a worse one than was asked for; a stop-limit order becomes a limit order there. A stop that trails moves with
 * the tick that moves it, and its account is told. Orders travel, slip and are filled in parts by the terms of
 * their account, or of its tenant where it has none.
 *
 * Nothing is kept but what the events say, so a restart forgets nothing and fills nothing twice: the account refuses
 * what has been filled or cancelled in the meantime, and the venue then drops it.
 */
export function createPaperVenue(options: PaperVenueOptions): PaperVenue {
  const { markets, execute, maxQuoteAgeMs, now, logger } = options;
  const orders = createOpenOrders();
  const protections = createProtections();
  const books = new Map<string, Book<VenueOrder>>();
  const underWay = new Set<Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  /** The sooner an order expires, the better its rank. */
  const expiring = createOrderIndex<VenueOrder>();
  /** Orders on their way: the sooner one arrives, the better its rank. */
  const travelling = createOrderIndex<VenueOrder>();
  const terms = createAccountTerms(options.desks);
  let sweeping: NodeJS.Timeout | undefined;
  let matching = false;
  /** Instruments of the history for whose price something has waited. */
  const waitedFor = new Map<string, readonly [TenantId, InstrumentSymbol]>();

  const bookKey = (tenant: TenantId, symbol: InstrumentSymbol) => `${tenant}/${symbol}`;
  const bookOf = ({ tenant, symbol }: VenueOrder): Book<VenueOrder> => {
    const key = bookKey(tenant, symbol);
    const book = books.get(key) ?? createBook<VenueOrder>();
    books.set(key, book);
    return book;
  };

  const watches = (tenant: TenantId, symbol: InstrumentSymbol) =>
    protections.watches(tenant, symbol) || books.get(bookKey(tenant, symbol))?.isEmpty() === false;
  function watch(tenant: TenantId, symbol: InstrumentSymbol): void {
    if (matching) options.watch(tenant, symbol);
    else waitedFor.set(bookKey(tenant, symbol), [tenant, symbol]);
  }

  function match(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void {
    if (!matching) return;
    const instrument = markets.of(tenant).instrument(symbol);
    if (!instrument) return;
    const { digits } = instrument;
    const bid = normalised(quote.bid, digits);
    const ask = normalised(quote.ask, digits);
    if (bid <= 0) return;
    const prices = { bid, ask, timeMsc: quote.timeMsc };
    for (const protection of protections.takeReached(tenant, symbol, bid, ask))
      track(protect(protection, prices, digits));
    const book = books.get(bookKey(tenant, symbol));
    const passed: VenueOrder[] = [];
    for (const order of book?.takeReached(bid, ask) ?? []) {
      const isTrigger = order.stop !== undefined && order.hasToBeTriggered;
      if (isTrigger) act(order, triggerOf(order, prices, digits));
      else if (isFillable(order, prices, instrument))
        act(order, executionOf(order, prices, instrument, terms.of(order)));
      else passed.push(order);
    }
    for (const order of passed) bookOf(order).add(order);
    const trailed = [...protections.trail(tenant, symbol, bid, ask), ...(book?.trail(bid, ask) ?? [])];
    for (const { trailing } of trailed) if (trailing) trailing.followed = prices;
    for (const what of trailed) track(tellTrail(what));
  }

  /** A quote fills a part of an order once; and what is to be filled as a whole only where there is as much. */
  function isFillable(order: VenueOrder, prices: MarketQuote, instrument: InstrumentSpecification): boolean {
    const { spent, isWhole, remaining } = order;
    if (spent && isSameQuote(spent, prices)) return false;
    return !isWhole || text(volumeOf(terms.of(order), order, instrument)) === text(decimal(remaining));
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  }
  const tellTrail = createTrailTeller({
    ...{ execute, now, later, logger },
    stands: (what) => ("kind" in what ? protections.isStanding(what) : orders.isOpen(what)),
  });

  /** Hands something that befalls an order to its account. */
  function act(order: VenueOrder, command: VenueCommand): void {
    order.busy = true;
    track(hand(order, command));
  }

  /** Tells an account that a stop of its position was reached: it places the order that closes it. */
  async function protect(protection: Protection, quote: MarketQuote, digits: number): Promise<void> {
    const { tenant, cause, orderId, trailing } = protection;
    try {
      if (trailing?.telling) await trailing.telling;
      const command = stopOf(protection, quote, digits);
      const { events } = await execute(envelopeOf(tenant, cause, command, new Date(now())));
      // Nothing: its stop stands elsewhere. It is replaced when the history tells so, or watched again.
      if (events.length === 0) later(() => protections.putBack(protection));
    } catch (error) {
      if (error instanceof Refused && error.code === "ORDER_EXISTS") return;
      logger.warn({ err: error, tenant, order: orderId }, "a stop was not taken; trying again");
      later(() => protections.putBack(protection));
    }
  }

  function later(work: () => void, inMs = RETRY_MS): void {
    const retry = setTimeout(() => {
      retries.delete(retry);
      work();
    }, inMs);
    retries.add(retry);
  }

  /** Takes in the orders whose journey is over. */
  function arrive(): void {
    for (let order = travelling.takeReached(-now()); order; order = travelling.takeReached(-now())) rest(order);
  }
  function travel(order: VenueOrder): void {
    travelling.add(order, -order.arrivesAt, order.arrival);
    arriveAt(order.arrivesAt);
  }
  /** A timer may go off a moment before its time by the clock, and a clock may be set back: then it waits for the rest. */
  function arriveAt(moment: number): void {
    later(() => {
      if (now() < moment) arriveAt(moment);
      else arrive();
    }, moment - now());
  }

  /** Puts an order into its book once it has come, and fills it at once if the newest quote is fresh and reaches it. */
  function rest(order: VenueOrder): void {
    order.busy = order.arrivesAt > now();
    if (order.busy) {
      travel(order);
      return;
    }
    bookOf(order).add(order);
    watch(order.tenant, order.symbol);
    const quote = markets.of(order.tenant).quote(order.symbol);
    if (quote?.receivedAt !== undefined && now() - quote.receivedAt <= maxQuoteAgeMs)
      match(order.tenant, order.symbol, quote);
    if (matching && order.isImmediate && !order.busy) end(order, "unfilled");
  }

  /** Takes an order that rests out of its book, for good. */
  function end(order: VenueOrder, reason: CancelReason): void {
    bookOf(order).remove(order);
    act(order, { command: "ExpireOrder", data: { ...nameOf(order), reason }, key: `${order.placed.event}:${reason}` });
  }

  function expire(): void {
    for (let order = expiring.takeReached(-now()); order; order = expiring.takeReached(-now())) {
      if (!orders.isOpen(order)) continue;
      // What is being filled may come back into its book.
      if (order.busy) expiring.add(order, -(now() + EXPIRE_EVERY_MS), order.arrival);
      else end(order, "expired");
    }
  }
  const watchExpiry = (order: VenueOrder) => {
    if (order.expiresAt !== undefined) expiring.add(order, -order.expiresAt, order.arrival);
  };
  /** By its events the stop stands here: it has trailed so far already, unless that was in another process. */
  function follow(order: VenueOrder, stop: number): void {
    if (!advances(order, stop)) return;
    if (order.busy) order.stop = stop;
    else bookOf(order).moveStop(order, stop);
  }
  const forget = (order: VenueOrder) => {
    if (!order.busy) bookOf(order).remove(order);
    travelling.remove(order, -order.arrivesAt, order.arrival);
    if (order.expiresAt !== undefined) expiring.remove(order, -order.expiresAt, order.arrival);
  };

  async function hand(order: VenueOrder, command: VenueCommand): Promise<void> {
    try {
      await execute(envelopeOf(order.tenant, order.placed, command, new Date(now())));
    } catch (error) {
      if (error instanceof Refused && isOver(error.code)) {
        logger.info({ tenant: order.tenant, order: order.orderId, code: error.code }, "an order was over already");
        return;
      }
      logger.warn(
        { err: error, tenant: order.tenant, order: order.orderId },
        "its account did not take it; trying again",
      );
      later(() => {
        if (orders.isOpen(order)) rest(order);
      });
    }
  }

  return {
    apply(tenant, recorded) {
      terms.apply(tenant, recorded);
      const protectedSymbol = protections.apply(tenant, recorded);
      if (protectedSymbol !== undefined) watch(tenant, protectedSymbol);
      const changed = orders.apply(tenant, recorded);
      if (!changed) return;
      const { kind, order } = changed;
      if (kind === "trailed") return follow(order, changed.stop);
      if (kind === "gone") return forget(order);
      if (kind === "placed") order.arrivesAt = arrivalOf(terms.of(order), recorded);
      if (kind === "modified") forget(changed.before);
      if (kind !== "filled") watchExpiry(order);
      if (kind !== "filled" || order.busy) rest(order);
    },
    forget(tenant) {
      protections.forget(tenant);
      for (const order of orders.takeAllOf(tenant)) forget(order);
      for (const key of books.keys()) if (key.startsWith(`${tenant}/`)) books.delete(key);
    },
    open() {
      matching = true;
      for (const instrument of waitedFor.values()) if (watches(...instrument)) watch(...instrument);
      waitedFor.clear();
      for (const order of orders.immediate()) if (!order.busy) end(order, "unfilled");
      sweeping = setInterval(expire, EXPIRE_EVERY_MS);
      expire();
    },
    watches,
    arrive,
    tick: match,
    openOrders: () => orders.size,
    async close() {
      matching = false;
      clearInterval(sweeping);
      for (const retry of retries) clearTimeout(retry);
      await Promise.allSettled(underWay);
    },
  };
}

const isSameQuote = ({ bid, ask, timeMsc }: QuoteUsed, other: MarketQuote): boolean =>
  timeMsc === other.timeMsc && Number(bid) === other.bid && Number(ask) === other.ask;
