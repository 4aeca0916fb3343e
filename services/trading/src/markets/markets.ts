import type { Currency, InstrumentSpecification, InstrumentSymbol, TenantId } from "@tradesage/contracts";
import { isPair } from "../calculation/conversion.ts";
import type { Market, MarketQuote } from "../calculation/market.ts";

/** A tenant's instruments and newest prices, as they arrive. */
interface LiveMarket extends Market {
  define(instrument: InstrumentSpecification): void;
  /** Takes the newest prices of an instrument. */
  update(symbol: InstrumentSymbol, quote: MarketQuote): void;
}

export interface Markets {
  /** The tenant's own market; empty at first. What is put into one is seen in no other. */
  of(tenant: TenantId): LiveMarket;
  tenants(): TenantId[];
  /** Drops what is known of a tenant that is no more. */
  forget(tenant: TenantId): void;
}

export function createMarkets(): Markets {
  const markets = new Map<TenantId, LiveMarket>();
  return {
    of(tenant) {
      const known = markets.get(tenant);
      if (known) return known;
      const market = createLiveMarket();
      markets.set(tenant, market);
      return market;
    },
    tenants: () => [...markets.keys()],
    forget: (tenant) => void markets.delete(tenant),
  };
}

function createLiveMarket(): LiveMarket {
  const instruments = new Map<InstrumentSymbol, InstrumentSpecification>();
  const quotes = new Map<InstrumentSymbol, MarketQuote>();
  const pairs = new Map<Currency, InstrumentSpecification[]>();

  /** Sorted, so that every instance converts over the same pairs. */
  function indexPairs(): void {
    pairs.clear();
    for (const instrument of [...instruments.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1))) {
      if (!isPair(instrument)) continue;
      const { baseCurrency, profitCurrency } = instrument;
      for (const currency of [baseCurrency, profitCurrency]) {
        pairs.set(currency, [...(pairs.get(currency) ?? []), instrument]);
      }
    }
  }

  return {
    instrument: (symbol) => instruments.get(symbol),
    quote: (symbol) => quotes.get(symbol),
    pairsOf: (currency) => pairs.get(currency) ?? [],
    define(instrument) {
      instruments.set(instrument.symbol, instrument);
      indexPairs();
    },
    update: (symbol, quote) => void quotes.set(symbol, quote),
  };
}
