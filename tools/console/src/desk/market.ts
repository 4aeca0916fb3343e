import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api, Live, LiveState } from "@tradesage/client";
import type { Bar, InstrumentSpecification, Quote, Timeframe } from "@tradesage/contracts";

/** A quote, and how its bid stands to the one before. */
interface ShownQuote extends Quote {
  readonly moved: "up" | "down" | "still";
}

/** Instruments, live prices and bars. */
export interface Market {
  readonly instruments: ReadonlySignal<readonly InstrumentSpecification[]>;
  /** The newest quote of a symbol; it changes at most once a frame of the screen. */
  quoteOf(symbol: string): ReadonlySignal<ShownQuote | undefined>;
  /** Bars as they grow and close. `onGap`: some may have been missed since the last one. */
  followBars(symbol: string, timeframe: Timeframe, onBar: (bar: Bar) => void, onGap: () => void): { stop(): void };
  close(): void;
}

export function createMarket(api: Api, live: Live, connection: ReadonlySignal<LiveState>): Market {
  const instruments = signal<readonly InstrumentSpecification[]>([]);
  const quotes = new Map<string, Signal<ShownQuote | undefined>>();
  let arrived = new Map<string, Quote>();

  function quoteOf(symbol: string): Signal<ShownQuote | undefined> {
    const known = quotes.get(symbol) ?? signal<ShownQuote | undefined>();
    quotes.set(symbol, known);
    return known;
  }

  function show(): void {
    const shown = arrived;
    arrived = new Map();
    batch(() => {
      for (const quote of shown.values()) {
        const own = quoteOf(quote.symbol);
        const before = own.value?.bid ?? quote.bid;
        const moved = quote.bid > before ? "up" : quote.bid < before ? "down" : (own.value?.moved ?? "still");
        own.value = { ...quote, moved };
      }
    });
    const known = new Set(instruments.value.map(({ symbol }) => symbol));
    if ([...shown.keys()].some((symbol) => !known.has(symbol))) void readInstruments();
  }

  let isReading = false;
  async function readInstruments(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      const { items } = await api.call("listInstruments", {});
      instruments.value = items.toSorted((one, other) => one.symbol.localeCompare(other.symbol));
    } catch {
      // Asked again with the next connection, or the next quote of an instrument that is not known.
    } finally {
      isReading = false;
    }
  }

  live.subscribe(
    { channel: "quotes" },
    {
      onUpdate(update) {
        if (update.type !== "quote") return;
        if (arrived.size === 0) requestAnimationFrame(show);
        arrived.set(update.symbol, update);
      },
      onRefused: () => {},
    },
  );
  const reading = effect(() => {
    if (connection.value.is === "open") void readInstruments();
  });

  return {
    instruments,
    quoteOf,
    followBars(symbol, timeframe, onBar, onGap) {
      let isFirst = true;
      const onUpdate: Parameters<Live["subscribe"]>[1]["onUpdate"] = (update) => {
        if (update.type === "bar") onBar(update);
        if (update.type !== "subscribed") return;
        if (!isFirst) onGap();
        isFirst = false;
      };
      return live.subscribe({ channel: "bars", symbols: [symbol], timeframe }, { onUpdate, onRefused: () => {} });
    },
    close: reading,
  };
}
