import { useSignal } from "@preact/signals";
import type { JournalEntryView, TradeView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { dayAndTime } from "../format.ts";
import { EntryDialog } from "./entry-dialog.tsx";
import { OutcomeNote } from "./outcome-note.tsx";
import { Tags } from "./tags.tsx";
import { useCommand } from "./use-command.ts";
import { useList } from "./use-list.ts";

/** What the trader noted, newest first; of one tag where that is chosen. */
export function Journal({ desk }: { desk: Desk }) {
  const chosen = useSignal("");
  const written = useSignal<JournalEntryView | "new" | undefined>(undefined);
  const command = useCommand();
  const tag = chosen.value;
  const entries = useList<JournalEntryView>(
    desk,
    (accountId, options) =>
      desk.api.call("listJournal", { accountId, limit: 100, ...(tag !== "" && { tag }) }, options),
    tag,
  ).value;
  const uses = useList(desk, (accountId, options) => desk.api.call("listJournalTags", { accountId }, options)).value;
  const trades = useList<TradeView>(desk, (accountId, options) =>
    desk.api.call("listTrades", { accountId, limit: 100 }, options),
  ).value;
  const withdraw = (entryId: string) =>
    command.give({ withdraw: entryId }, (key) => desk.trade.send("withdrawJournalEntry", { entryId }, key));
  const isTrader = desk.mayTrade.value;

  return (
    <>
      <div class="bar">
        <label>
          <span class="visually-hidden">With tag</span>
          <select
            value={tag}
            onChange={({ currentTarget }) => {
              chosen.value = currentTarget.value;
            }}
          >
            <option value="">All entries</option>
            {uses?.map(({ tag: name, trades: ofTrades, entries: own }) => (
              <option key={name} value={name}>
                {name} ({ofTrades + own})
              </option>
            ))}
          </select>
        </label>
        {isTrader && (
          <button
            type="button"
            onClick={() => {
              written.value = "new";
            }}
          >
            Write a note
          </button>
        )}
      </div>
      <OutcomeNote outcome={command.outcome} done="Entry withdrawn; it can still be read by its id" />
      {written.value && (
        <EntryDialog
          desk={desk}
          {...(written.value !== "new" && { entry: written.value })}
          offers={uses?.map(({ tag: name }) => name) ?? []}
          onClose={() => {
            written.value = undefined;
          }}
        />
      )}
      {entries === undefined && <p class="empty">Reading</p>}
      {entries?.length === 0 && <p class="empty">Nothing was noted</p>}
      <ol class="journal">
        {entries?.map((entry) => (
          <li key={entry.entryId}>
            <header>
              <time dateTime={entry.date}>{entry.date}</time>{" "}
              <b>{nameOf(trades?.find(({ tradeId }) => tradeId === entry.tradeId))}</b> <Tags tags={entry.tags} />
              <span class="muted" title={entry.amendedAt && `Amended ${dayAndTime(entry.amendedAt)}`}>
                {entry.writtenBy}, {dayAndTime(entry.writtenAt)} {entry.amendedAt && "(amended)"}
              </span>
              {isTrader && (
                <span class="entry-actions">
                  <button
                    type="button"
                    class="quiet"
                    onClick={() => {
                      written.value = entry;
                    }}
                  >
                    Amend
                  </button>
                  <button type="button" class="quiet" onClick={() => void withdraw(entry.entryId)}>
                    Withdraw
                  </button>
                </span>
              )}
            </header>
            <p class="wording">{entry.text}</p>
            {entry.screenshots.map(({ uri, name }) => (
              <Screenshot key={uri} uri={uri} name={name} />
            ))}
          </li>
        ))}
      </ol>
    </>
  );
}

const nameOf = (trade: TradeView | undefined) => trade && `${trade.side} ${trade.volume} ${trade.symbol}`;

/** A reference: what a browser opens is a link, in a tab of its own that knows nothing of this one. */
function Screenshot({ uri, name }: { uri: string; name: string }) {
  if (!/^https?:/.test(uri)) return <code title={uri}>{name}</code>;
  return (
    <a href={uri} target="_blank" rel="noreferrer noopener">
      {name}
    </a>
  );
}
