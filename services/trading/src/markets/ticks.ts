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
  /** Whether every tick of the instrument matters still; if not, its newest prices are enough. */
  watches(tenant: TenantId, symbol: InstrumentSymbol): boolean;
  /** One good live tick: both prices above zero, the ask not below the bid, nothing doubted. */
  take(tenant: TenantId, symbol: InstrumentSymbol, quote: MarketQuote): void;
}

export interface Ticks {
  /** From now on every tick of the instrument is heard, until the listener does not watch it any more. */
  watch(tenant: TenantId, symbol: InstrumentSymbol): void;
  stop(): void;
}

/**
 * Hears every tenant's newest prices as they come and, of what is watched, every tick, in order. What is doubted by the
 * bridge or was read from a terminal's history says nothing of the price now, and is passed over.
 */
export function hearTicks(bus: Pick<Bus, "subscribe">, listener: TickListener, logger: Logger): Ticks {
  const watched = new Map<string, { isHeard: boolean; stop(): void }>();
  // Of what is heard tick by tick the newest price comes before the ticks that led to it: it is passed over.
  const quotes = bus.subscribe(subjects.allQuotes, (subject, payload) => {
    if (!watched.get(subject.replace("quotes.", "ticks."))?.isHeard) take(subject, payload);
  });

  function take(subject: string, payload: Uint8Array): void {
    const [, tenant = "", token = ""] = subject.split(".");
    const symbol = nameOfToken(token);
    try {
      const batch = readTicks(payload);
      if (batch.kind !== "live") return;
      for (let index = 0; index < batch.count; index++) {
        const quote = goodQuote(batch, index);
        if (quote) listener.take(tenant, symbol, quote);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      logger.warn({ err: error, subject }, "a tick batch on the bus is malformed");
    }
  }

  return {
    watch(tenant, symbol) {
      const subject = subjects.ticks(tenant, symbol);
      if (watched.has(subject)) return;
      const { stop } = bus.subscribe(subject, (subject, payload) => {
        watching.isHeard = true;
        take(subject, payload);
        if (listener.watches(tenant, symbol)) return;
        stop();
        watched.delete(subject);
      });
      const watching = { isHeard: false, stop };
      watched.set(subject, watching);
    },
    stop() {
      quotes.stop();
      for (const { stop } of watched.values()) stop();
    },
  };
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
