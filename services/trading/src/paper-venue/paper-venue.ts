import {
  type CommandEnvelope,
  type CommandReply,
  type InstrumentSymbol,
  type RefusalCode,
  Refused,
  type TenantId,
} from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import type { Logger } from "@tradesage/telemetry";
import type { MarketQuote } from "../account/index.ts";
import type { Markets } from "../markets/markets.ts";
import { type Book, createBook } from "./book.ts";
import { createOpenOrders, type VenueOrder } from "./open-orders.ts";
import { normalised } from "./prices.ts";

export interface PaperVenueOptions {
  readonly markets: Markets;
  /** Hands an execution to the account, which decides. */
  readonly execute: (envelope: CommandEnvelope) => Promise<CommandReply>;
  /** A quote that reached us longer ago fills nothing. */
  readonly maxQuoteAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
}

export interface PaperVenue {
  /** Takes the next event of an account, from the first one on. */
  apply(tenant: TenantId, recorded: RecordedEvent): void;
  /** From now on orders are matched: the history has been seen up to here. */
  open(): void;
  /** A good tick came. */
  tick(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
  openOrders(): number;
  /** Matches no more and waits for the executions that are under way. */
  close(): Promise<void>;
}

/** How the account says that an order needs no venue any more. */
const over: ReadonlySet<RefusalCode> = new Set(["ORDER_NOT_OPEN", "ORDER_NOT_FOUND", "EXECUTION_EXISTS", "OVERFILL"]);
const RETRY_MS = 1000;

/**
 * Fills orders at the tenant's own live prices: what buys pays the ask, what sells gets the bid. A market order takes
 * the newest quote, or the next one if that is too old; a limit order rests until the quote reaches its price, and gets
 * the quote, which is then its price or a better one, also over a gap.
 *
 * Nothing is kept but what the events say, so a restart forgets nothing and fills nothing twice: the account refuses
 * what has been filled or cancelled in the meantime, and the venue then drops it.
 */
export function createPaperVenue({ markets, execute, maxQuoteAgeMs, now, logger }: PaperVenueOptions): PaperVenue {
  const orders = createOpenOrders();
  const books = new Map<string, Book<VenueOrder>>();
  const underWay = new Set<Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  let matching = false;

  const bookKey = (tenant: TenantId, symbol: InstrumentSymbol) => `${tenant}/${symbol}`;
  const bookOf = ({ tenant, symbol }: VenueOrder): Book<VenueOrder> => {
    const key = bookKey(tenant, symbol);
    const book = books.get(key) ?? createBook<VenueOrder>();
    books.set(key, book);
    return book;
  };

  function match(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void {
    const book = books.get(bookKey(tenant, symbol));
    if (!matching || !book) return;
    const digits = markets.of(tenant).instrument(symbol)?.digits;
    if (digits === undefined) return;
    const bid = normalised(quote.bid, digits);
    const ask = normalised(quote.ask, digits);
    if (bid <= 0) return;
    const prices = { bid, ask, timeMsc: quote.timeMsc };
    for (const order of book.takeReached(bid, ask)) {
      order.busy = true;
      const filling = fill(order, prices, digits).finally(() => underWay.delete(filling));
      underWay.add(filling);
    }
  }

  /** Puts an order into its book, and fills it at once if the newest quote is fresh and reaches it. */
  function rest(order: VenueOrder): void {
    order.busy = false;
    bookOf(order).add(order);
    const quote = markets.of(order.tenant).quote(order.symbol);
    if (quote?.receivedAt === undefined || now() - quote.receivedAt > maxQuoteAgeMs) return;
    match(order.tenant, order.symbol, quote);
  }

  async function fill(order: VenueOrder, quote: MarketQuote, digits: number): Promise<void> {
    try {
      await execute(executionOf(order, quote, digits, new Date(now())));
    } catch (error) {
      if (error instanceof Refused && over.has(error.code)) {
        logger.info(
          { tenant: order.tenant, order: order.orderId, code: error.code },
          "an order was over before its fill",
        );
        return;
      }
      logger.warn({ err: error, tenant: order.tenant, order: order.orderId }, "a fill was not taken; trying again");
      const retry = setTimeout(() => {
        retries.delete(retry);
        if (orders.isOpen(order)) rest(order);
      }, RETRY_MS);
      retries.add(retry);
    }
  }

  return {
    apply(tenant, recorded) {
      const changed = orders.apply(tenant, recorded);
      if (!changed) return;
      const { order, change } = changed;
      if (change === "placed" || (change === "filled" && order.busy)) rest(order);
      else if (change === "gone" && !order.busy) bookOf(order).remove(order);
    },
    open() {
      matching = true;
    },
    tick: match,
    openOrders: () => orders.size,
    async close() {
      matching = false;
      for (const retry of retries) clearTimeout(retry);
      await Promise.allSettled(underWay);
    },
  };
}

/**
 * The command is the same for the same order at the same prices, whoever sends it. At other prices it is another
 * command for the same execution: the account takes one of them.
 */
function executionOf(order: VenueOrder, quote: MarketQuote, digits: number, at: Date): CommandEnvelope {
  const { tenant, accountId, orderId, side, remaining, nextExecution: executionId, placed } = order;
  const bid = quote.bid.toFixed(digits);
  const ask = quote.ask.toFixed(digits);
  const price = side === "buy" ? ask : bid;
  return {
    command: "RecordExecution",
    data: {
      ...{ accountId, orderId, executionId, volume: remaining, price },
      quote: { bid, ask, timeMsc: quote.timeMsc },
    },
    tenant,
    actor: "service:paper-venue",
    idempotencyKey: `${executionId}:${quote.timeMsc}:${bid}:${ask}`,
    correlation: placed.correlation,
    causation: placed.event,
    at: at.toISOString(),
  };
}
