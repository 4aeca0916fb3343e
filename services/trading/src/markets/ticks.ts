import {
  type InstrumentSymbol,
  nameOfToken,
  Refused,
  readTicks,
  readTimeMsc,
  subjects,
  type TenantId,
  type TickBatchView,
  tickFields,
  tickOffset,
} from "@tradesage/contracts";
import type { Bus } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import type { MarketQuote } from "../calculation/market.ts";

export interface TickListener {
  /** Whether every tick of the instrument matters now; of a message of others the newest is enough. */
  wantsAll(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** One good live tick: both prices above zero, the ask not below the bid, nothing doubted. */
  take(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
}

/**
 * Hears every tenant's ticks as they come, in order. What is doubted by the bridge or was read from a terminal's
 * history says nothing of the price now, and is passed over.
 */
export const hearTicks = (bus: Pick<Bus, "subscribe">, listener: TickListener, logger: Logger) =>
  bus.subscribe(subjects.allTicks, (subject, payload) => {
    const [, tenant = "", token = ""] = subject.split(".");
    const symbol = nameOfToken(token);
    try {
      const batch = readTicks(payload);
      if (batch.kind !== "live") return;
      if (listener.wantsAll(tenant, symbol)) forEachGood(batch, (quote) => listener.take(tenant, symbol, quote));
      else newestGood(batch, (quote) => listener.take(tenant, symbol, quote));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      logger.warn({ err: error, subject }, "a tick batch on the bus is malformed");
    }
  });

function forEachGood(batch: TickBatchView, take: (quote: MarketQuote) => void): void {
  for (let index = 0; index < batch.count; index++) {
    const quote = goodQuote(batch, index);
    if (quote) take(quote);
  }
}

function newestGood(batch: TickBatchView, take: (quote: MarketQuote) => void): void {
  for (let index = batch.count - 1; index >= 0; index--) {
    const quote = goodQuote(batch, index);
    if (!quote) continue;
    take(quote);
    return;
  }
}

/** The bridge marks these too, but money hangs on it: written so that NaN fails. */
function goodQuote({ data, utcOffsetSeconds }: TickBatchView, index: number): MarketQuote | undefined {
  const at = tickOffset(index);
  const bid = data.getFloat64(at + tickFields.bid, true);
  const ask = data.getFloat64(at + tickFields.ask, true);
  if (data.getUint16(at + tickFields.quality, true) !== 0) return undefined;
  if (!(bid > 0 && ask >= bid && ask < Number.POSITIVE_INFINITY)) return undefined;
  return { bid, ask, timeMsc: readTimeMsc(data, at) - utcOffsetSeconds * 1000 };
}
