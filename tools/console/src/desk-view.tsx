import { useSignal } from "@preact/signals";
import type { Desk } from "./desk/desk.ts";
import { BookPanel } from "./panels/book-panel.tsx";
import { ChartPanel } from "./panels/chart-panel.tsx";
import { TicketPanel } from "./panels/ticket-panel.tsx";
import { Watchlist } from "./panels/watchlist.tsx";
import { TopBar } from "./top-bar.tsx";

const views = { quotes: "Quotes", chart: "Chart", trade: "Trade", book: "Book" } as const;
type View = keyof typeof views;

/** All panels side by side; on a phone one at a time, chosen at the foot of the screen. */
export function DeskView({ desk, onSignOut }: { desk: Desk; onSignOut: () => void }) {
  const view = useSignal<View>("chart");
  return (
    <div class="desk" data-view={view.value}>
      <TopBar desk={desk} onSignOut={onSignOut} />
      <main class="panels">
        <Watchlist
          desk={desk}
          onChosen={() => {
            view.value = "chart";
          }}
        />
        <ChartPanel desk={desk} />
        <TicketPanel desk={desk} />
        <BookPanel desk={desk} />
      </main>
      <nav class="views" aria-label="Panels">
        {(Object.keys(views) as View[]).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view.value === name}
            onClick={() => {
              view.value = name;
            }}
          >
            {views[name]}
          </button>
        ))}
      </nav>
    </div>
  );
}
