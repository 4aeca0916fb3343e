import { Quote, type TenantId } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import { Redis } from "ioredis";

/** The newest quotes in Redis: what a new process knows at once. It may vanish at any time; the table has them too. */
export interface QuoteCache {
  load(tenant: TenantId): Promise<readonly Quote[]>;
  save(changed: ReadonlyMap<TenantId, readonly Quote[]>): Promise<void>;
  /** Throws where Redis is away. */
  forget(tenant: TenantId): Promise<void>;
  close(): void;
}

const key = (tenant: TenantId) => `tenant:${tenant}:quotes`;
const RECONNECT_AT_MOST_MS = 2_000;

export function connectQuoteCache(url: string, logger: Logger): QuoteCache {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_AT_MOST_MS),
  });
  let away = false;
  redis.on("error", (error) => {
    if (!away) logger.warn({ err: error }, "Redis is away: quotes come from memory and from the table");
    away = true;
  });
  redis.on("ready", () => {
    away = false;
  });
  return {
    async load(tenant) {
      try {
        const kept = await redis.hvals(key(tenant));
        return kept.flatMap((text) => Quote.safeParse(JSON.parse(text)).data ?? []);
      } catch {
        return [];
      }
    },
    async save(changed) {
      if (changed.size === 0 || redis.status !== "ready") return;
      const pipeline = redis.pipeline();
      for (const [tenant, quotes] of changed)
        pipeline.hset(key(tenant), Object.fromEntries(quotes.map((quote) => [quote.symbol, JSON.stringify(quote)])));
      await pipeline.exec().catch(() => {});
    },
    async forget(tenant) {
      await redis.del(key(tenant));
    },
    close: () => redis.disconnect(),
  };
}
