import type { Bar } from "@tradesage/contracts";
import { CandlestickSeries, HistogramSeries, type IPriceLine, LineStyle, type UTCTimestamp } from "lightweight-charts";
import { createThemedChart } from "./themed-chart.ts";

/** A horizontal line at a price that matters to its user. */
export interface Mark {
  readonly price: number;
  readonly title: string;
  readonly side: "buy" | "sell";
}

/** Candlesticks of the bid, with the count of ticks below. */
export interface Candles {
  /** Replaces all bars, oldest first. */
  show(bars: readonly Bar[], digits: number): void;
  /** Adds older bars in front. */
  prepend(bars: readonly Bar[]): void;
  /** Changes the last bar, or adds one. */
  update(bar: Bar): void;
  mark(marks: readonly Mark[]): void;
  /** The time of the first bar, in milliseconds. */
  first(): number | undefined;
  close(): void;
}

const seconds = ({ timeMsc }: Bar) => (timeMsc / 1000) as UTCTimestamp;
const candle = (bar: Bar) => ({
  time: seconds(bar),
  open: bar.bidOpen,
  high: bar.bidHigh,
  low: bar.bidLow,
  close: bar.bidClose,
});

/** `onStart`: its user looks at the first bars, and may want older ones. */
export function drawCandles(container: HTMLElement, onStart: () => void): Candles {
  let bars: Bar[] = [];
  let lines: IPriceLine[] = [];
  const { chart, colour, paintWith, close } = createThemedChart(container, { top: 0.08, bottom: 0.2 });
  const prices = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const counts = chart.addSeries(HistogramSeries, {
    priceScaleId: "ticks",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale("ticks").applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });

  const count = (bar: Bar) => ({ time: seconds(bar), value: bar.ticks, color: colour("--chart-count") });
  paintWith(() => {
    const [rising, falling] = [colour("--rising"), colour("--falling")];
    prices.applyOptions({ upColor: rising, downColor: falling, wickUpColor: rising, wickDownColor: falling });
    counts.setData(bars.map(count));
  });

  function setAll(): void {
    prices.setData(bars.map(candle));
    counts.setData(bars.map(count));
  }
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range && range.from < 10 && bars.length > 0) onStart();
  });

  return {
    show(next, digits) {
      bars = [...next];
      prices.applyOptions({ priceFormat: { type: "price", precision: digits, minMove: 10 ** -digits } });
      setAll();
      chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, bars.length - 120), to: bars.length + 4 });
    },
    prepend(older) {
      const range = chart.timeScale().getVisibleLogicalRange();
      bars = [...older, ...bars];
      setAll();
      if (range)
        chart.timeScale().setVisibleLogicalRange({ from: range.from + older.length, to: range.to + older.length });
    },
    update(bar) {
      const last = bars.at(-1);
      if (last && bar.timeMsc < last.timeMsc) return; // a late tick's correction of a bar that has closed
      if (last?.timeMsc === bar.timeMsc) bars.pop();
      bars.push(bar);
      prices.update(candle(bar));
      counts.update(count(bar));
    },
    mark(marks) {
      for (const line of lines) prices.removePriceLine(line);
      lines = marks.map(({ price, title, side }) =>
        prices.createPriceLine({
          price,
          title,
          color: colour(side === "buy" ? "--rising" : "--falling"),
          lineWidth: 1,
          lineStyle: LineStyle.Dashed,
          axisLabelVisible: true,
        }),
      );
    },
    first: () => bars[0]?.timeMsc,
    close,
  };
}
