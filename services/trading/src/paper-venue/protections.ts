import type {
  AccountEvent,
  DataOf,
  EventMetadata,
  InstrumentSymbol,
  OrderId,
  Side,
  Stop,
  TenantId,
} from "@tradesage/contracts";
import { eventIdFor, type RecordedEvent } from "@tradesage/event-store";
import { type Book, type BookOrder, createBook } from "./book.ts";
import { advances, trailingOf } from "./trailing.ts";

/** Where a position is closed, as the venue watches it. */
export interface Protection extends BookOrder {
  readonly tenant: TenantId;
  readonly accountId: string;
  readonly symbol: InstrumentSymbol;
  /** In hedging the order that opened the position. */
  readonly positionId: OrderId | undefined;
  readonly kind: Stop;
  /** The order that closes the position here: the same at every try, in this process and in the next. */
  readonly orderId: string;
  readonly cause: { readonly event: string; readonly correlation: string };
  /** It was reached, and is in no book: its account is being told. */
  isReached: boolean;
}

export interface Protections {
  /** Takes the next event of an account; tells the instrument whose price is waited for now because of it. */
  apply(tenant: TenantId, recorded: RecordedEvent): InstrumentSymbol | undefined;
  /** Whether any waits for a price of the instrument. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  isStanding(protection: Protection): boolean;
  /** Moves the stops that trail by such prices; tells which. */
  trail(tenant: TenantId, symbol: InstrumentSymbol, bid: number, ask: number): readonly Protection[];
  /** Takes out what such prices reach. */
  takeReached(tenant: TenantId, symbol: InstrumentSymbol, bid: number, ask: number): readonly Protection[];
  /** Drops those of a tenant that is no more. */
  forget(tenant: TenantId): void;
  /** Watches one again whose account could not be told, unless it was changed meanwhile. */
  putBack(protection: Protection): void;
}

interface PositionName {
  readonly accountId: string;
  readonly symbol: InstrumentSymbol;
  readonly positionId?: OrderId | undefined;
}

/** The stops of all positions of all tenants, out of their accounts' events. */
export function createProtections(): Protections {
  const books = new Map<string, Book<Protection>>();
  const standing = new Map<string, readonly Protection[]>();
  let arrivals = 0;
  const positionOf = (tenant: TenantId, { accountId, symbol, positionId }: PositionName) =>
    `${tenant}/${accountId}/${positionId ?? symbol}`;
  const bookOf = (tenant: TenantId, symbol: InstrumentSymbol): Book<Protection> => {
    const key = `${tenant}/${symbol}`;
    const book = books.get(key) ?? createBook<Protection>();
    books.set(key, book);
    return book;
  };

  function replace(tenant: TenantId, name: PositionName, next: readonly Protection[]): void {
    const key = positionOf(tenant, name);
    const book = bookOf(tenant, name.symbol);
    for (const before of standing.get(key) ?? []) book.remove(before);
    if (next.length === 0) standing.delete(key);
    else standing.set(key, next);
    for (const protection of next) book.add(protection);
  }

  function protectionsOf(
    tenant: TenantId,
    { id, metadata }: RecordedEvent,
    data: DataOf<AccountEvent, "PositionProtected">,
  ): readonly Protection[] {
    const { accountId, symbol, positionId, stopLoss, takeProfit, trailingStop } = data;
    // What closes a position is on the other side of it.
    const side: Side = data.side === "buy" ? "sell" : "buy";
    const cause = { event: id, correlation: (metadata as EventMetadata).correlation };
    const common = { tenant, accountId, symbol, positionId, side, cause };
    const protections: Protection[] = [];
    const add = (kind: Stop, prices: Pick<Protection, "stop" | "limit" | "trailing">) =>
      protections.push({
        ...common,
        kind,
        ...prices,
        isReached: false,
        orderId: eventIdFor(id, kind === "stop_loss" ? 0 : 1),
        arrival: ++arrivals,
      });
    if (stopLoss !== undefined) {
      const trailing = trailingOf(trailingStop, stopLoss);
      add("stop_loss", { stop: Number(stopLoss), limit: undefined, trailing });
    }
    if (takeProfit !== undefined)
      add("take_profit", { stop: undefined, limit: Number(takeProfit), trailing: undefined });
    return protections;
  }

  const isStanding = (protection: Protection) =>
    standing.get(positionOf(protection.tenant, protection))?.includes(protection) === true;

  /** By its events a stop has trailed to here: it has so already, unless that was in another process. */
  function follow(protection: Protection, stop: number): void {
    if (!advances(protection, stop)) return;
    if (protection.isReached) protection.stop = stop;
    else bookOf(protection.tenant, protection.symbol).moveStop(protection, stop);
  }

  return {
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent;
      if (event.type !== "PositionProtected" && event.type !== "PositionClosed") return undefined;
      const { symbol } = event.data;
      if (event.type === "PositionProtected" && event.data.quote && event.data.stopLoss !== undefined) {
        const trails = standing.get(positionOf(tenant, event.data))?.find(({ trailing }) => trailing);
        if (trails) return void follow(trails, Number(event.data.stopLoss));
      }
      const next = event.type === "PositionProtected" ? protectionsOf(tenant, recorded, event.data) : [];
      replace(tenant, event.data, next);
      return next.length > 0 ? symbol : undefined;
    },
    watches: (tenant, symbol) => books.get(`${tenant}/${symbol}`)?.isEmpty() === false,
    isStanding,
    trail: (tenant, symbol, bid, ask) => books.get(`${tenant}/${symbol}`)?.trail(bid, ask) ?? [],
    takeReached(tenant, symbol, bid, ask) {
      const reached = books.get(`${tenant}/${symbol}`)?.takeReached(bid, ask) ?? [];
      for (const protection of reached) protection.isReached = true;
      return reached;
    },
    forget(tenant) {
      for (const protections of [books, standing])
        for (const key of protections.keys()) if (key.startsWith(`${tenant}/`)) protections.delete(key);
    },
    putBack(protection) {
      if (!protection.isReached || !isStanding(protection)) return;
      protection.isReached = false;
      bookOf(protection.tenant, protection.symbol).add(protection);
    },
  };
}
