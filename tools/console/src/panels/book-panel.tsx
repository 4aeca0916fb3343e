import { useSignal } from "@preact/signals";
import type { Desk } from "../desk/desk.ts";
import { Activity } from "./activity.tsx";
import { Equity } from "./equity.tsx";
import { Journal } from "./journal.tsx";
import { Ledger } from "./ledger.tsx";
import { Orders } from "./orders.tsx";
import { Positions } from "./positions.tsx";
import { Trades } from "./trades.tsx";

/** Positions, orders, trades, the journal, the equity curve, the ledger and events of the account, a tab each. */
export function BookPanel({ desk }: { desk: Desk }) {
  const { picture, activity } = desk.book;
  const { positions = [], openOrders = [], recentOrders = [] } = picture.value ?? {};
  const tabs = {
    positions: { title: "Positions", count: positions.length, view: <Positions desk={desk} positions={positions} /> },
    orders: {
      title: "Orders",
      count: openOrders.length,
      view: <Orders key="open" desk={desk} orders={openOrders} areOpen />,
    },
    history: {
      title: "History",
      count: undefined,
      view: <Orders key="recent" desk={desk} orders={recentOrders} areOpen={false} />,
    },
    trades: { title: "Trades", count: undefined, view: <Trades desk={desk} /> },
    journal: { title: "Journal", count: undefined, view: <Journal desk={desk} /> },
    equity: { title: "Equity", count: undefined, view: <Equity desk={desk} /> },
    ledger: { title: "Ledger", count: undefined, view: <Ledger desk={desk} /> },
    activity: { title: "Activity", count: undefined, view: <Activity events={activity.value} /> },
  };
  const chosen = useSignal<keyof typeof tabs>("positions");
  const names = Object.keys(tabs) as (keyof typeof tabs)[];

  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = names[(names.indexOf(chosen.value) + by + names.length) % names.length];
    if (by === 0 || next === undefined) return;
    chosen.value = next;
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panel book" aria-label="Account">
      <div class="tabs" role="tablist" aria-label="Account" onKeyDown={onKey}>
        {names.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={chosen.value === name}
            aria-controls="book-view"
            tabIndex={chosen.value === name ? 0 : -1}
            onClick={() => {
              chosen.value = name;
            }}
          >
            {tabs[name].title} {tabs[name].count !== undefined && <span class="count">{tabs[name].count}</span>}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard (WCAG 2.1.1) */}
      <div class="scroll" id="book-view" role="tabpanel" tabIndex={0} aria-labelledby={`tab-${chosen.value}`}>
        {tabs[chosen.value].view}
      </div>
    </section>
  );
}
