import { effect, useSignal } from "@preact/signals";
import { type Drawdown, type Timeframe, timeframes } from "@tradesage/contracts";
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk/desk.ts";
import { dayAndTime, money } from "../format.ts";
import { type Curve, drawCurve } from "./curve.ts";

const DAY_MS = 86_400_000;
/** How far back one looks, and by which intervals: no more of them than one answer has. */
const ranges = {
  Day: { days: 1, interval: "1m" },
  Week: { days: 7, interval: "5m" },
  Month: { days: 30, interval: "15m" },
  All: { days: undefined, interval: "1d" },
} as const satisfies Record<string, { days: number | undefined; interval: Timeframe }>;
type Range = keyof typeof ranges;
const MOST_POINTS = 4000;

interface Shown {
  readonly count: number;
  readonly drawdown: Drawdown | undefined;
}

/** What the account was worth, up to now, and the largest fall of it. */
export function Equity({ desk }: { desk: Desk }) {
  const container = useRef<HTMLDivElement>(null);
  const range = useSignal<Range>("Day");
  const shown = useSignal<Shown | "reading" | "failed">("reading");
  useEffect(() => {
    if (!container.current) return;
    const curve = drawCurve(container.current);
    const stop = effect(() =>
      follow(desk, range.value, curve, (now) => {
        shown.value = now;
      }),
    );
    return () => {
      stop();
      curve.close();
    };
  }, [desk, range, shown]);

  const now = shown.value;
  const currency = desk.book.picture.value?.account.currency ?? "";
  return (
    <div class="equity">
      <header>
        <p>
          <span class="legend equity-line">Equity</span> <span class="legend balance-line">Balance</span>{" "}
          {typeof now === "object" && now.count > 0 && <Fall drawdown={now.drawdown} currency={currency} />}
        </p>
        <fieldset class="timeframes">
          <legend class="visually-hidden">Range</legend>
          {(Object.keys(ranges) as Range[]).map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={range.value === name}
              onClick={() => {
                range.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </header>
      <div class="canvas" ref={container} role="img" aria-label={`What the account was worth: ${range.value}`}>
        {now === "reading" && <p class="note">Reading…</p>}
        {now === "failed" && <p class="note">It cannot be read now</p>}
        {typeof now === "object" && now.count === 0 && <p class="note">Nothing was booked in this time</p>}
      </div>
    </div>
  );
}

function Fall({ drawdown, currency }: { drawdown: Drawdown | undefined; currency: string }) {
  if (drawdown === undefined) return <span class="muted">It never fell</span>;
  const [from, to] = [drawdown.fromMsc, drawdown.toMsc].map((moment) => dayAndTime(new Date(moment).toISOString()));
  return (
    <span class="muted" title={`From ${from} to ${to}`}>
      Largest drawdown <b>{money(drawdown.amount, currency)}</b> ({drawdown.percent} %)
    </span>
  );
}

/** Reads what was, and goes on by what is, one point for each interval. */
function follow(desk: Desk, range: Range, curve: Curve, tell: (now: Shown | "reading" | "failed") => void) {
  const accountId = desk.book.accountId.value;
  if (accountId === undefined) return undefined;
  const { days, interval } = ranges[range];
  let isShown = true;
  let going = () => {};
  tell("reading");
  const from = days === undefined ? 0 : Date.now() - days * DAY_MS;
  desk.api.call("listEquity", { accountId, from, interval, limit: MOST_POINTS }).then(
    ({ items, maxDrawdown }) => {
      if (!isShown) return;
      curve.show(items);
      tell({ count: items.length, drawdown: maxDrawdown });
      going = effect(() => {
        const { equity, balance } = desk.book.worth.value ?? {};
        if (equity === undefined || balance === undefined || items.length === 0) return;
        curve.update({ timeMsc: Date.now() - (Date.now() % timeframes[interval]), equity, balance });
      });
    },
    () => {
      if (isShown) tell("failed");
    },
  );
  return () => {
    isShown = false;
    going();
  };
}
