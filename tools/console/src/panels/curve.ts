import type { EquityPoint } from "@tradesage/contracts";
import { AreaSeries, LineSeries, LineStyle, type UTCTimestamp } from "lightweight-charts";
import { createThemedChart } from "./themed-chart.ts";

/** What of a sample is drawn. */
type Worth = Pick<EquityPoint, "timeMsc" | "equity" | "balance">;

/** What an account was worth, as an area, and its balance as a line. */
export interface Curve {
  /** Replaces all points, oldest first. */
  show(points: readonly Worth[]): void;
  /** Changes the last point, or adds one. */
  update(point: Worth): void;
  close(): void;
}

const time = (timeMsc: number) => Math.floor(timeMsc / 1000) as UTCTimestamp;

export function drawCurve(container: HTMLElement): Curve {
  const { chart, colour, paintWith, close } = createThemedChart(container, { top: 0.12, bottom: 0.08 });
  const equity = chart.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false });
  const balance = chart.addSeries(LineSeries, {
    ...{ lineWidth: 1, lineStyle: LineStyle.Dashed, priceLineVisible: false, lastValueVisible: false },
  });
  let last = 0;
  paintWith(() => {
    const accent = colour("--accent");
    equity.applyOptions({ lineColor: accent, topColor: `${accent}40`, bottomColor: `${accent}00` });
    balance.applyOptions({ color: colour("--muted") });
  });
  const pointOf = (timeMsc: number, amount: string) => ({ time: time(timeMsc), value: Number(amount) });

  return {
    show(points) {
      equity.setData(points.map((point) => pointOf(point.timeMsc, point.equity)));
      balance.setData(points.map((point) => pointOf(point.timeMsc, point.balance)));
      last = points.at(-1)?.timeMsc ?? 0;
      chart.timeScale().fitContent();
    },
    update(point) {
      if (time(point.timeMsc) < time(last)) return;
      last = point.timeMsc;
      equity.update(pointOf(point.timeMsc, point.equity));
      balance.update(pointOf(point.timeMsc, point.balance));
    },
    close,
  };
}
