import { ColorType, createChart, type IChartApi } from "lightweight-charts";

/** A chart in the page's own colours, in either scheme. */
export interface ThemedChart {
  readonly chart: IChartApi;
  /** A colour of the style sheet, by its name: `--rising`. */
  colour(name: string): string;
  /** Gives its series their colours, now and whenever the scheme changes. */
  paintWith(paintSeries: () => void): void;
  close(): void;
}

/** `margins`: what stays free above and below its series, as a share of its height. */
export function createThemedChart(container: HTMLElement, margins: { top: number; bottom: number }): ThemedChart {
  const chart = createChart(container, {
    autoSize: true,
    // Its mark brings a style sheet of its own, which the content security policy refuses; the panel names its maker.
    layout: { attributionLogo: false, fontSize: 11 },
    timeScale: { timeVisible: true, rightOffset: 4, borderVisible: false },
    rightPriceScale: { borderVisible: false, scaleMargins: margins },
  });
  const colour = (name: string) => getComputedStyle(container).getPropertyValue(name).trim();
  let paintSeries = () => {};
  function paint(): void {
    const grid = colour("--chart-grid");
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: "transparent" },
        textColor: colour("--muted"),
        fontFamily: getComputedStyle(container).fontFamily,
      },
      grid: { vertLines: { color: grid }, horzLines: { color: grid } },
      crosshair: {
        horzLine: { labelBackgroundColor: colour("--raised") },
        vertLine: { labelBackgroundColor: colour("--raised") },
      },
    });
    paintSeries();
  }
  const scheme = matchMedia("(prefers-color-scheme: light)");
  scheme.addEventListener("change", paint);

  return {
    chart,
    colour,
    paintWith(next) {
      paintSeries = next;
      paint();
    },
    close() {
      scheme.removeEventListener("change", paint);
      chart.remove();
    },
  };
}
