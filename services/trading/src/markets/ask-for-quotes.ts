import { setTimeout as pause } from "node:timers/promises";
import { marketDataQueries, QueryReply, subjects, type TenantId } from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import type { Markets } from "./markets.ts";

const TRIES = 30;
const PAUSE_MS = 1000;

/**
 * Fills in the newest quotes that market data has kept, so that after a start margins can be computed before every
 * instrument has ticked again. They never fill an order, and never replace a quote that came live.
 */
export async function askForQuotes(
  bus: Pick<Bus, "request">,
  markets: Markets,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(markets.tenants().map((tenant) => askFor(tenant)));

  async function askFor(tenant: TenantId): Promise<void> {
    const { name, answer } = marketDataQueries.quotes;
    for (let tried = 1; tried <= TRIES && !signal.aborted; tried++) {
      try {
        const reply = await bus.request(subjects.query("market-data", tenant, name), { query: name, data: {}, tenant });
        const market = markets.of(tenant);
        for (const { symbol, bid, ask, timeMsc } of answer.parse(QueryReply.parse(reply).answer).items) {
          if (market.quote(symbol) || !(bid > 0 && ask >= bid)) continue;
          market.update(symbol, { bid, ask, timeMsc, receivedAt: undefined });
        }
        return;
      } catch (error) {
        if (tried === TRIES) logger.warn({ err: error, tenant }, "no quotes from market data; waiting for live ones");
        await pause(PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
