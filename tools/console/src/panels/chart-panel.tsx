import { effect, useSignal } from "@preact/signals";
import { Refused, type Timeframe, timeframes } from "@tradesage/contracts";
import { useEffect, useRef } from "preact/hooks";
import { barsBefore, newestBars } from "../desk/bar-history.ts";
import type { Desk } from "../desk/desk.ts";
import { words } from "../format.ts";
import { type Candles, drawCandles, type Mark } from "./candles.ts";

const names = Object.keys(timeframes) as Timeframe[];
type Reading = "reading" | "shown" | "nothing" | "failed";
const notes: Readonly<Record<Reading, string>> = {
  reading: "Reading bars…",
  shown: "",
  nothing: "No bars yet",
  failed: "The bars cannot be read now",
};

export function ChartPanel({ desk }: { desk: Desk }) {
  const container = useRef<HTMLDivElement>(null);
  const reading = useSignal<Reading>("reading");
  useEffect(() => {
    if (!container.current) return;
    const candles = drawCandles(container.current, () => void older());
    let older = async () => {};
    const stopFollowing = effect(() => {
      const followed = follow(desk, candles, (now) => {
        reading.value = now;
      });
      older = followed.older;
      return followed.stop;
    });
    const stopMarking = effect(() => candles.mark(marksOf(desk)));
    return () => {
      stopFollowing();
      stopMarking();
      candles.close();
    };
  }, [desk, reading]);

  const instrument = desk.instrument.value;
  return (
    <section class="panel chart" aria-labelledby="chart-title">
      <header>
        <h2 id="chart-title">
          {desk.symbol.value ?? "Chart"} <small class="muted">{instrument?.description}</small>
        </h2>
        <fieldset class="timeframes">
          <legend class="visually-hidden">Timeframe</legend>
          {names.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={desk.timeframe.value === name}
              onClick={() => {
                desk.timeframe.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </header>
      <div
        class="canvas"
        ref={container}
        role="img"
        aria-label={`Candlestick chart of ${desk.symbol.value ?? "nothing"}, bars of ${desk.timeframe.value}`}
      >
        {reading.value !== "shown" && <p class="note">{notes[reading.value]}</p>}
      </div>
      <p class="credit">
        Bid; charts by <a href="https://www.tradingview.com/">TradingView</a>
      </p>
    </section>
  );
}

/** Shows what the desk has chosen: history by HTTP, then live bars; after a gap the history anew. */
function follow(desk: Desk, candles: Candles, tell: (reading: Reading) => void) {
  const symbol = desk.symbol.value;
  const timeframe = desk.timeframe.value;
  const digits = desk.instrument.value?.digits;
  if (symbol === undefined || digits === undefined) return { older: async () => {}, stop: () => {} };
  let stopped = false;
  let isReading = false;
  let isWhole = false;

  async function read(): Promise<void> {
    isReading = true;
    tell("reading");
    try {
      const bars = await newestBars(desk.api, symbol as string, timeframe);
      if (stopped) return;
      candles.show(bars, digits as number);
      tell(bars.length === 0 ? "nothing" : "shown");
    } catch (error) {
      if (!stopped) tell(error instanceof Refused && error.code === "NO_QUOTE" ? "nothing" : "failed");
    } finally {
      isReading = false;
    }
  }
  const following = desk.market.followBars(
    symbol,
    timeframe,
    (bar) => {
      if (isReading) return;
      candles.update(bar);
      tell("shown");
    },
    () => void read(),
  );
  void read();

  return {
    async older() {
      const first = candles.first();
      if (isReading || isWhole || first === undefined) return;
      isReading = true;
      try {
        const bars = await barsBefore(desk.api, symbol, timeframe, first);
        if (stopped) return;
        isWhole = bars.length === 0;
        candles.prepend(bars);
      } catch {
        isWhole = true; // until the chart is chosen anew
      } finally {
        isReading = false;
      }
    },
    stop() {
      stopped = true;
      following.stop();
    },
  };
}

/** Positions and waiting orders of the chosen instrument. */
function marksOf(desk: Desk): readonly Mark[] {
  const { positions = [], openOrders = [] } = desk.book.picture.value ?? {};
  const ofThis = ({ symbol }: { symbol: string }) => symbol === desk.symbol.value;
  return [
    ...positions
      .filter(ofThis)
      .map(({ averagePrice, volume, side }) => ({ price: Number(averagePrice), title: `${side} ${volume}`, side })),
    ...openOrders
      .filter(ofThis)
      .map(({ limitPrice, stopPrice, ...order }) => ({ ...order, at: limitPrice ?? stopPrice }))
      .filter(({ at }) => at !== undefined)
      .map(({ at, volume, side, kind }) => ({ price: Number(at), title: `${words(kind)} ${volume}`, side })),
  ];
}
