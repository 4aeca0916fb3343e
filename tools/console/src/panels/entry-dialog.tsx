import { useSignal } from "@preact/signals";
import type { JournalEntryView, TradeView } from "@tradesage/contracts";
import type { Desk } from "../desk/desk.ts";
import { tagsOf } from "../desk/tags.ts";
import { dayAndTime } from "../format.ts";
import { CommandDialog } from "./command-dialog.tsx";
import { TextField } from "./text-field.tsx";

interface EntryDialogProps {
  desk: Desk;
  /** The entry that is amended; without it one is written. */
  entry?: JournalEntryView;
  /** What a new one is about; without it, a day. */
  trade?: TradeView;
  /** Tags in use. */
  offers: readonly string[];
  onClose: () => void;
}

/** Writes an entry of the journal, or amends one. */
export function EntryDialog({ desk, entry, trade, offers, onClose }: EntryDialogProps) {
  const text = useSignal(entry?.text ?? "");
  const date = useSignal(entry?.date ?? "");
  const tags = useSignal(entry?.tags.join(", ") ?? "");
  const screenshot = useSignal("");
  const uri = screenshot.value.trim();
  const said = {
    text: text.value.trim(),
    tags: tagsOf(tags.value),
    ...(date.value !== "" && { date: date.value }),
    ...((uri !== "" || entry) && {
      screenshots: [...(entry?.screenshots ?? []), ...(uri === "" ? [] : [referenceOf(uri)])],
    }),
  };
  const title = entry ? "Amend the entry" : trade ? `Note on ${trade.side} ${trade.volume} ${trade.symbol}` : "Note";
  return (
    <CommandDialog
      title={title}
      action={entry ? "Amend" : "Write"}
      what={said.text === "" ? undefined : said}
      send={(key) =>
        entry
          ? desk.trade.send("amendJournalEntry", { entryId: entry.entryId, ...said }, key)
          : desk.trade.send("writeJournalEntry", { ...said, ...(trade && { tradeId: trade.tradeId }) }, key)
      }
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          {trade && <p class="hint">Opened {dayAndTime(trade.openedAt)}</p>}
          <TextField label="Text" value={text} lines={6} error={errorOf("text")} />
          <TextField
            label="Tags"
            hint="apart by commas"
            value={tags}
            error={errorOf("tags")}
            offers={offers}
            optional
          />
          <TextField label="Day that it is about" type="date" value={date} error={errorOf("date")} optional />
          <TextField label="Screenshot" hint="its address" value={screenshot} error={errorOf("screenshots")} optional />
        </>
      )}
    </CommandDialog>
  );
}

/** The kind of picture is told by its ending; what tells nothing is taken for a PNG, as terminals write them. */
function referenceOf(uri: string) {
  const path = uri.split(/[?#]/)[0] ?? uri;
  const name = path.split("/").at(-1) || uri;
  const ending = /\.(jpe?g|gif|webp|svg)$/i.exec(path)?.[1]?.toLowerCase();
  const kinds: Record<string, string> = { jpg: "jpeg", svg: "svg+xml" };
  return {
    uri,
    name: name.slice(0, 200),
    mediaType: `image/${ending === undefined ? "png" : (kinds[ending] ?? ending)}`,
  };
}
