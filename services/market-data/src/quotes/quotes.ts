import { type InstrumentSymbol, type Quote, subjects, type TenantId } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Postgres } from "@tradesage/postgres";
import { latestQuotes } from "./latest-quotes.ts";
import type { QuoteCache } from "./quote-cache.ts";

export interface Quotes {
  /** A tenant's newest quotes: from memory; the first time also from Redis or, failing that, from the table. */
  of(tenant: TenantId): Promise<ReadonlyMap<InstrumentSymbol, Quote>>;
  /** Drops what is known of a tenant that is no more, also from Redis. Throws where that is away. */
  forget(tenant: TenantId): Promise<void>;
  stop(): void;
}

const SAVE_EVERY_MS = 250;

export function followQuotes(bus: Bus, cache: QuoteCache, postgres: Postgres): Quotes {
  const latest = latestQuotes();
  const filled = new Map<TenantId, Promise<void>>();
  const subscription = bus.subscribe(subjects.allQuotes, latest.take);
  const timer = setInterval(() => void cache.save(latest.takeChanged()), SAVE_EVERY_MS);

  async function fill(tenant: TenantId): Promise<void> {
    const cached = await cache.load(tenant);
    latest.fill(tenant, cached.length > 0 ? cached : await quotesInTable(postgres, tenant));
  }

  return {
    async of(tenant) {
      const filling = filled.get(tenant) ?? fill(tenant);
      filled.set(tenant, filling);
      await filling.catch((error: unknown) => {
        filled.delete(tenant);
        throw error;
      });
      return latest.of(tenant);
    },
    async forget(tenant) {
      latest.forget(tenant);
      filled.delete(tenant);
      await cache.forget(tenant);
    },
    stop() {
      clearInterval(timer);
      subscription.stop();
    },
  };
}

function quotesInTable(postgres: Postgres, tenant: TenantId): Promise<readonly Quote[]> {
  return postgres.tenant(tenant, async (db) => {
    const rows = await db.selectFrom("feeds").selectAll().execute();
    return rows.flatMap(({ symbol, bid, ask, quote_time_msc }) =>
      bid === null || ask === null ? [] : [{ symbol, bid, ask, timeMsc: Number(quote_time_msc) }],
    );
  });
}
