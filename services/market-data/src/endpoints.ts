import {
  type JsonValue,
  marketDataQueries,
  PLATFORM,
  parseInput,
  QueryEnvelope,
  refuse,
  subjects,
  TenantId,
} from "@tradesage/contracts";
import { type EventStore, EventStoreUnavailable } from "@tradesage/event-store";
import type { Bus, BusRequest, Serving } from "@tradesage/message-bus";
import { type Postgres, PostgresUnavailable, type Replica, TenantNotProvisioned } from "@tradesage/postgres";
import { readBars, readLatestBars } from "./queries/bars.ts";
import { readFeedEnd, requireInstrument } from "./queries/feed.ts";
import { readGaps } from "./queries/gaps.ts";
import { readHistory } from "./queries/history.ts";
import { readQuality } from "./queries/quality.ts";
import { readQuoteAt, readQuotesAt } from "./queries/quotes-at.ts";
import { readRetention } from "./queries/retention.ts";
import { readTickPage } from "./queries/ticks.ts";
import type { Quotes } from "./quotes/quotes.ts";

export interface EndpointOptions {
  readonly bus: Bus;
  readonly eventStore: Pick<EventStore, "readStream">;
  readonly postgres: Postgres;
  /** A copy that may be behind: history is read there. */
  readonly replica?: Replica;
  readonly quotes: Quotes;
}

type Answer = (tenant: TenantId, data: unknown, after: bigint) => Promise<unknown>;

/** Every query of market data: its name in the contract, and what answers it. */
function answers(options: EndpointOptions): Readonly<Record<string, Answer>> {
  const { eventStore, postgres, replica, quotes } = options;
  const history = readHistory(postgres, replica);
  return {
    quotes: async (tenant, data, after) => {
      const { at } = parseInput(marketDataQueries.quotes.schema, data);
      if (at !== undefined) return history(tenant, after, (db) => readQuotesAt(db, at));
      const known = await quotes.of(tenant);
      return { items: [...known.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)) };
    },
    quote: async (tenant, data, after) => {
      const { symbol, at } = parseInput(marketDataQueries.quote.schema, data);
      if (at !== undefined) return history(tenant, after, (db) => readQuoteAt(db, symbol, at));
      const quote = (await quotes.of(tenant)).get(symbol);
      if (quote !== undefined) return quote;
      await postgres.tenant(tenant, (db) => requireInstrument(db, symbol));
      return refuse("NO_QUOTE", undefined, { symbol });
    },
    bars: async (tenant, data, after) => {
      const asked = parseInput(marketDataQueries.bars.schema, data);
      return history(tenant, after, (db) => readBars(db, asked));
    },
    latestBars: async (tenant, data) => {
      const { timeframe } = parseInput(marketDataQueries.latestBars.schema, data);
      return postgres.tenant(tenant, (db) => readLatestBars(db, timeframe), { readOnly: true });
    },
    feedEnd: async (tenant, data) => {
      const { symbol } = parseInput(marketDataQueries.feedEnd.schema, data);
      return { end: await postgres.tenant(tenant, (db) => readFeedEnd(db, symbol), { readOnly: true }) };
    },
    gaps: async (tenant, data, after) => {
      const asked = parseInput(marketDataQueries.gaps.schema, data);
      return history(tenant, after, (db) => readGaps(db, asked));
    },
    retention: async (_, data) => {
      const { tenantId } = parseInput(marketDataQueries.retention.schema, data);
      return readRetention(eventStore, postgres, tenantId);
    },
    tickQuality: async (tenant, data, after) => {
      const asked = parseInput(marketDataQueries.tickQuality.schema, data);
      return history(tenant, after, (db) => readQuality(db, asked));
    },
    ticks: async (tenant, data, after) => {
      const asked = parseInput(marketDataQueries.ticks.schema, data);
      return history(tenant, after, (db) => readTickPage(db, asked));
    },
  };
}

/** Answers `query.market-data.…`. Ticks and bars have no place in the history of events: `after` is told back as it came. */
export function serveQueries(options: EndpointOptions): Promise<Serving> {
  const table = answers(options);

  async function answer({ subject, payload }: BusRequest): Promise<JsonValue> {
    const { query, tenant: scope, data, after = "0" } = parseInput(QueryEnvelope, payload);
    if (subject !== subjects.query("market-data", scope, query))
      return refuse("INVALID_INPUT", "the envelope names another tenant or query than its subject");
    const ask = Object.hasOwn(table, query) ? table[query] : undefined;
    // What concerns a tenant from outside is asked in the platform's scope, and by no other.
    const fits = (scope === PLATFORM) === (query === marketDataQueries.retention.name);
    const tenant = TenantId.safeParse(scope);
    if (ask === undefined || !fits || !(tenant.success || scope === PLATFORM))
      return refuse("INVALID_INPUT", `there is no query ${query} here`);
    try {
      return { position: after, answer: (await ask(scope, data, BigInt(after))) as JsonValue };
    } catch (error) {
      if (error instanceof PostgresUnavailable || error instanceof EventStoreUnavailable) return refuse("UNAVAILABLE");
      if (error instanceof TenantNotProvisioned) return refuse("TENANT_NOT_FOUND");
      throw error;
    }
  }

  return options.bus.serve(subjects.queriesOf("market-data"), "market-data", answer);
}
