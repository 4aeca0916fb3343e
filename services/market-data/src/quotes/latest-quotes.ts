import {
  type InstrumentSymbol,
  nameOfToken,
  type Quote,
  readTicks,
  type TenantId,
  tickFields,
  tickOffset,
  UNUSABLE_PRICE,
} from "@tradesage/contracts";
import { utcMsc } from "../ticks/copy-rows.ts";

/** The newest good prices of every feed, in memory. */
export interface LatestQuotes {
  /** Takes a message of `quotes.<tenant>.<symbol>` as it passes on the bus. */
  take(subject: string, payload: Uint8Array): void;
  /** Fills in what was known before this process began; never over what has come since. */
  fill(tenant: TenantId, quotes: Iterable<Quote>): void;
  forget(tenant: TenantId): void;
  of(tenant: TenantId): ReadonlyMap<InstrumentSymbol, Quote>;
  /** The quotes that have changed since this was last asked, by tenant. */
  takeChanged(): ReadonlyMap<TenantId, readonly Quote[]>;
}

export function latestQuotes(): LatestQuotes {
  const tenants = new Map<TenantId, Map<InstrumentSymbol, Quote>>();
  const changed = new Map<TenantId, Set<InstrumentSymbol>>();
  const quotesOf = (tenant: TenantId) => {
    const known = tenants.get(tenant) ?? new Map<InstrumentSymbol, Quote>();
    tenants.set(tenant, known);
    return known;
  };

  return {
    take(subject, payload) {
      const [, tenant = "", token = ""] = subject.split(".");
      const symbol = nameOfToken(token);
      const quote = newestOf(symbol, payload);
      if (quote === undefined) return;
      quotesOf(tenant).set(symbol, quote);
      const symbols = changed.get(tenant) ?? new Set();
      changed.set(tenant, symbols.add(symbol));
    },
    fill(tenant, quotes) {
      const known = quotesOf(tenant);
      for (const quote of quotes) if (!known.has(quote.symbol)) known.set(quote.symbol, quote);
    },
    forget(tenant) {
      tenants.delete(tenant);
      changed.delete(tenant);
    },
    of: quotesOf,
    takeChanged() {
      const taken = new Map(
        Array.from(changed, ([tenant, symbols]) => [
          tenant,
          [...symbols].flatMap((symbol) => tenants.get(tenant)?.get(symbol) ?? []),
        ]),
      );
      changed.clear();
      return taken;
    },
  };
}

/** The last tick of a live batch that can be traded on; history that is filled in later says nothing of now. */
function newestOf(symbol: InstrumentSymbol, payload: Uint8Array): Quote | undefined {
  const batch = readTicks(payload);
  if (batch.kind === "backfill") return undefined;
  for (let index = batch.count - 1; index >= 0; index--) {
    const from = tickOffset(index);
    if ((batch.data.getUint16(from + tickFields.quality, true) & UNUSABLE_PRICE) !== 0) continue;
    return {
      symbol,
      bid: batch.data.getFloat64(from + tickFields.bid, true),
      ask: batch.data.getFloat64(from + tickFields.ask, true),
      timeMsc: utcMsc(batch, index),
    };
  }
  return undefined;
}
