import type { AccountEvent, EventMetadata, InstrumentSymbol, Side, Stop, TenantId } from "@tradesage/contracts";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import { type Book, type BookOrder, createBook } from "./book.ts";

/** Where a position is closed, as the venue watches it. */
export interface Protection extends BookOrder {
  readonly tenant: TenantId;
  readonly accountId: string;
  readonly symbol: InstrumentSymbol;
  readonly stop: number | undefined;
  readonly kind: Stop;
  /** The order that closes the position here: the same at every try, in this process and in the next. */
  readonly orderId: string;
  readonly cause: { readonly event: string; readonly correlation: string };
}

export interface Protections {
  /** Takes the next event of an account; tells the instrument whose price is waited for now because of it. */
  apply(tenant: TenantId, recorded: RecordedEvent): InstrumentSymbol | undefined;
  /** Whether any waits for a price of the instrument. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** Takes out what such prices reach. */
  takeReached(tenant: TenantId, symbol: InstrumentSymbol, bid: number, ask: number): readonly Protection[];
  /** Watches one again whose account could not be told, unless it was changed meanwhile. */
  putBack(protection: Protection): void;
}

/** The stops of all positions of all tenants, out of their accounts' events. */
export function createProtections(): Protections {
  const books = new Map<string, Book<Protection>>();
  const standing = new Map<string, readonly Protection[]>();
  let arrivals = 0;
  const positionOf = (tenant: TenantId, accountId: string, symbol: InstrumentSymbol) =>
    `${tenant}/${accountId}/${symbol}`;
  const bookOf = (tenant: TenantId, symbol: InstrumentSymbol): Book<Protection> => {
    const key = `${tenant}/${symbol}`;
    const book = books.get(key) ?? createBook<Protection>();
    books.set(key, book);
    return book;
  };

  function replace(tenant: TenantId, accountId: string, symbol: InstrumentSymbol, next: readonly Protection[]): void {
    const key = positionOf(tenant, accountId, symbol);
    const book = bookOf(tenant, symbol);
    for (const before of standing.get(key) ?? []) book.remove(before);
    if (next.length === 0) standing.delete(key);
    else standing.set(key, next);
    for (const protection of next) book.add(protection);
  }

  function protectionsOf(
    tenant: TenantId,
    { id, metadata }: RecordedEvent,
    data: Extract<AccountEvent, { type: "PositionProtected" }>["data"],
  ): readonly Protection[] {
    const { accountId, symbol, stopLoss, takeProfit } = data;
    // What closes a position is on the other side of it.
    const side: Side = data.side === "buy" ? "sell" : "buy";
    const cause = { event: id, correlation: (metadata as EventMetadata).correlation };
    const common = { tenant, accountId, symbol, side, cause };
    const protections: Protection[] = [];
    const add = (kind: Stop, prices: Pick<Protection, "stop" | "limit">) =>
      protections.push({
        ...common,
        kind,
        ...prices,
        orderId: eventIdFor(id, kind === "stop_loss" ? 0 : 1),
        arrival: ++arrivals,
      });
    if (stopLoss !== undefined) add("stop_loss", { stop: Number(stopLoss), limit: undefined });
    if (takeProfit !== undefined) add("take_profit", { stop: undefined, limit: Number(takeProfit) });
    return protections;
  }

  return {
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent;
      if (event.type !== "PositionProtected" && event.type !== "PositionClosed") return undefined;
      const { accountId, symbol } = event.data;
      const next = event.type === "PositionProtected" ? protectionsOf(tenant, recorded, event.data) : [];
      replace(tenant, accountId, symbol, next);
      return next.length > 0 ? symbol : undefined;
    },
    watches: (tenant, symbol) => books.get(`${tenant}/${symbol}`)?.isEmpty() === false,
    takeReached: (tenant, symbol, bid, ask) => books.get(`${tenant}/${symbol}`)?.takeReached(bid, ask) ?? [],
    putBack(protection) {
      const { tenant, accountId, symbol } = protection;
      const isStanding = standing.get(positionOf(tenant, accountId, symbol))?.includes(protection);
      if (isStanding) bookOf(tenant, symbol).add(protection);
    },
  };
}
