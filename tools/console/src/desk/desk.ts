import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type Api, connectLive, createApi, type LiveState } from "@tradesage/client";
import type { InstrumentSpecification, Timeframe } from "@tradesage/contracts";
import { type Book, createBook } from "./book.ts";
import { createMarket, type Market } from "./market.ts";
import { createTrade, type Trade } from "./trade.ts";

/** Everything that one signed-in user sees and does. Views read its signals; nothing here knows of views. */
export interface Desk {
  readonly connection: ReadonlySignal<LiveState>;
  readonly mayTrade: ReadonlySignal<boolean>;
  readonly market: Market;
  readonly book: Book;
  readonly trade: Trade;
  readonly api: Api;
  /** What is looked at: the chart shows it, the ticket trades it. */
  readonly symbol: Signal<string | undefined>;
  readonly instrument: ReadonlySignal<InstrumentSpecification | undefined>;
  readonly timeframe: Signal<Timeframe>;
  close(): void;
}

const traders = new Set(["admin", "trader"]);

export function createDesk({ url, token }: { url: string; token: string }): Desk {
  const api = createApi({ url, token });
  const connection = signal<LiveState>({ is: "connecting" });
  const roles = signal<readonly string[]>([]);
  const live = connectLive({
    url,
    token,
    form: "binary",
    onState(state) {
      connection.value = state;
      if (state.is === "open") roles.value = state.principal.roles;
    },
  });
  const market = createMarket(api, live, connection);
  const book = createBook(api, live);
  const symbol = signal<string | undefined>();
  const timeframe = signal<Timeframe>("1m");
  const instrument = computed(() => market.instruments.value.find((one) => one.symbol === symbol.value));
  const choosing = effect(() => {
    symbol.value ??= market.instruments.value[0]?.symbol;
  });

  return {
    connection,
    mayTrade: computed(() => roles.value.some((role) => traders.has(role))),
    market,
    book,
    trade: createTrade(api, book),
    api,
    symbol,
    instrument,
    timeframe,
    close() {
      choosing();
      book.close();
      market.close();
      live.close();
    },
  };
}
