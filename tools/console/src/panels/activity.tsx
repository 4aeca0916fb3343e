import type { AccountEvent } from "../desk/book.ts";
import { clock, words } from "../format.ts";

/** What of an event's data is worth a line, in this order, whatever kinds of events there come to be. */
const told = ["symbol", "side", "kind", "volume", "price", "limitPrice", "profit", "amount", "currency", "reason"];

export function Activity({ events }: { events: readonly AccountEvent[] }) {
  if (events.length === 0) return <p class="empty">Nothing has happened since you came</p>;
  return (
    <ol class="activity">
      {events.map(({ position, revision, at, event, data }) => (
        <li key={`${position}-${revision}`}>
          <time class="muted" dateTime={at}>
            {clock(at)}
          </time>{" "}
          <b>{words(event)}</b>{" "}
          {told
            .map((name) => data[name])
            .filter((value) => typeof value === "string" || typeof value === "number")
            .join(" ")}
        </li>
      ))}
    </ol>
  );
}
