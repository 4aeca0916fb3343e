import {
  type CancelReason,
  type CommandEnvelope,
  type CommandReply,
  type InstrumentSymbol,
  type RefusalCode,
  Refused,
  type TenantId,
} from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import type { MarketQuote } from "../calculation/market.ts";
import type { Markets } from "../markets/markets.ts";
import { type Book, createBook } from "./book.ts";
import { envelopeOf, executionOf, nameOf, stopOf, trailCommandOf, triggerOf, type VenueCommand } from "./commands.ts";
import { createOpenOrders, type VenueOrder } from "./open-orders.ts";
import { createOrderIndex } from "./order-index.ts";
import { normalised } from "./prices.ts";
import { createProtections, type Protection } from "./protections.ts";
import { advances, type Trailing } from "./trailing.ts";

export interface PaperVenueOptions {
  readonly markets: Markets;
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

export interface PaperVenue {
  /** Takes the next event of an account, from the first one on. */
  apply(tenant: TenantId, recorded: RecordedEvent): void;
  /** From now on orders are matched: the history has been seen up to here. */
  open(): void;
  /** Whether an order or a stop waits for a price of the instrument. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** A good tick came. */
  tick(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
  openOrders(): number;
  /** Matches no more and waits for the executions that are under way. */
  close(): Promise<void>;
}

/** How the account says that an order needs no venue any more. */
const over: ReadonlySet<RefusalCode> = new Set(["ORDER_NOT_OPEN", "ORDER_NOT_FOUND", "EXECUTION_EXISTS", "OVERFILL"]);
const RETRY_MS = 1000;
const EXPIRE_EVERY_MS = 500;

/**
 * Fills orders at the tenant's own live prices: what buys pays the ask, what sells gets the bid. A market order takes
 * the newest quote, or the next one if that is too old; a limit order rests until the quote reaches its price, and gets
 * the quote, which is then its price or a better one, also over a gap. A stop gets the quote that reached it, which over
 * a gap is a worse one than was asked for; a stop-limit order becomes a limit order there. A stop that
 * trails moves with the tick that moves it, and its account is told.
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
    const digits = markets.of(tenant).instrument(symbol)?.digits;
    if (digits === undefined) return;
    const bid = normalised(quote.bid, digits);
    const ask = normalised(quote.ask, digits);
    if (bid <= 0) return;
    const prices = { bid, ask, timeMsc: quote.timeMsc };
    for (const protection of protections.takeReached(tenant, symbol, bid, ask)) protect(protection, prices, digits);
    const book = books.get(bookKey(tenant, symbol));
    for (const order of book?.takeReached(bid, ask) ?? []) {
      const isTrigger = order.stop !== undefined && order.hasToBeTriggered;
      act(order, isTrigger ? triggerOf(order, prices, digits) : executionOf(order, prices, digits));
    }
    const trailed = [...protections.trail(tenant, symbol, bid, ask), ...(book?.trail(bid, ask) ?? [])];
    for (const { trailing } of trailed) if (trailing) trailing.followed = prices;
    for (const what of trailed) tellTrail(what);
  }

  /** Tells an account how far a stop of its has trailed: one thing at a time, and then the newest. */
  function tellTrail(what: VenueOrder | Protection): void {
    const { trailing } = what;
    if (!trailing || trailing.telling) return;
    const telling = tell(what, trailing).finally(() => {
      trailing.telling = undefined;
      underWay.delete(telling);
    });
    trailing.telling = telling;
    underWay.add(telling);
  }
  const stands = (what: VenueOrder | Protection) =>
    "kind" in what ? protections.isStanding(what) : orders.isOpen(what);
  async function tell(what: VenueOrder | Protection, trailing: Trailing): Promise<void> {
    const cause = "kind" in what ? what.cause : what.placed;
    try {
      for (let next = trailCommandOf(what); next && stands(what); next = trailCommandOf(what)) {
        const { stop } = what;
        const { events } = await execute(envelopeOf(what.tenant, cause, next, new Date(now())));
        // Nothing: it was changed meanwhile, as the history is about to tell.
        if (events.length === 0 || stop === undefined) return;
        trailing.recorded = stop;
      }
    } catch (error) {
      if (error instanceof Refused && over.has(error.code)) return;
      logger.warn({ err: error, tenant: what.tenant }, "an account was not told how far a stop trailed; trying again");
      later(() => tellTrail(what));
    }
  }

  /** Hands something that befalls an order to its account. */
  function act(order: VenueOrder, command: VenueCommand): void {
    order.busy = true;
    const acting = hand(order, command).finally(() => underWay.delete(acting));
    underWay.add(acting);
  }

  /** Tells an account that a stop of its position was reached: it places the order that closes it. */
  function protect(protection: Protection, quote: MarketQuote, digits: number): void {
    const acting = reach(protection, quote, digits).finally(() => underWay.delete(acting));
    underWay.add(acting);
  }
  async function reach(protection: Protection, quote: MarketQuote, digits: number): Promise<void> {
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

  function later(work: () => void): void {
    const retry = setTimeout(() => {
      retries.delete(retry);
      work();
    }, RETRY_MS);
    retries.add(retry);
  }

  /** Puts an order into its book, and fills it at once if the newest quote is fresh and reaches it. */
  function rest(order: VenueOrder): void {
    order.busy = false;
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
    if (order.expiresAt !== undefined) expiring.remove(order, -order.expiresAt, order.arrival);
  };

  async function hand(order: VenueOrder, command: VenueCommand): Promise<void> {
    try {
      await execute(envelopeOf(order.tenant, order.placed, command, new Date(now())));
    } catch (error) {
      if (error instanceof Refused && over.has(error.code)) {
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
      const protectedSymbol = protections.apply(tenant, recorded);
      if (protectedSymbol !== undefined) watch(tenant, protectedSymbol);
      const changed = orders.apply(tenant, recorded);
      if (!changed) return;
      const { kind, order } = changed;
      if (kind === "trailed") return follow(order, changed.stop);
      if (kind === "gone") return forget(order);
      if (kind === "modified") forget(changed.before);
      if (kind !== "filled") watchExpiry(order);
      if (kind !== "filled" || order.busy) rest(order);
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
