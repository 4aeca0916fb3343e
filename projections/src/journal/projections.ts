import { type DataOf, type JournalEvent, journalEvents } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import type { Fact, ProjectionOf } from "../projection.ts";

type Wording = DataOf<JournalEvent, "EntryWritten"> | DataOf<JournalEvent, "EntryAmended">;
type Tagging = DataOf<JournalEvent, "TradeTagged"> | DataOf<JournalEvent, "TradeUntagged">;

const ofJournal = { aggregate: "journal", events: journalEvents } as const;

/** The entries of journals as they are now; one that was withdrawn stays, marked so. */
export const journalEntries: ProjectionOf<"journal_entries", typeof journalEvents> = {
  ...ofJournal,
  table: "journal_entries",
  key: { account_id: "accountId", entry_id: "entryId" },
  on: {
    EntryWritten: {
      put: ({ data, actor, at, position }) => ({
        account_id: data.accountId,
        entry_id: data.entryId,
        trade_id: data.tradeId ?? null,
        date: data.date ?? at.slice(0, "2026-01-16".length),
        text: data.text,
        tags: data.tags,
        screenshots: data.screenshots,
        ...{ written_by: actor, written_at: at, written_position: position },
        ...{ amended_by: null, amended_at: null, withdrawn_by: null, withdrawn_at: null },
      }),
    },
    EntryAmended: {
      change: (row, { data, actor, at }) => ({
        date: data.date ?? row.date,
        text: data.text ?? row.text,
        tags: data.tags ?? row.tags,
        screenshots: data.screenshots ?? row.screenshots,
        ...{ amended_by: actor, amended_at: at },
      }),
    },
    EntryWithdrawn: { change: (_, { actor, at }) => ({ withdrawn_by: actor, withdrawn_at: at }) },
    TradeTagged: "ignored",
    TradeUntagged: "ignored",
  },
};

const wording = ({ data, actor, at }: Fact<Wording>): Omit<TenantTables["journal_wordings"], "position"> => ({
  account_id: data.accountId,
  entry_id: data.entryId,
  date: data.date ?? null,
  text: data.text ?? null,
  tags: data.tags ?? null,
  screenshots: data.screenshots ?? null,
  ...{ actor, at },
});

/** Everything that entries ever said: none of it is ever changed. */
export const journalWordings: ProjectionOf<"journal_wordings", typeof journalEvents> = {
  ...ofJournal,
  table: "journal_wordings",
  key: { account_id: "accountId", position: "position" },
  on: {
    EntryWritten: { put: wording },
    EntryAmended: { put: wording },
    EntryWithdrawn: "ignored",
    TradeTagged: "ignored",
    TradeUntagged: "ignored",
  },
};

const tagged = ({ data }: Fact<Tagging>) => ({
  account_id: data.accountId,
  trade_id: data.tradeId,
  tags: data.tags,
});

export const tradeTags: ProjectionOf<"trade_tags", typeof journalEvents> = {
  ...ofJournal,
  table: "trade_tags",
  key: { account_id: "accountId", trade_id: "tradeId" },
  on: {
    TradeTagged: { put: tagged },
    TradeUntagged: { put: tagged },
    EntryWritten: "ignored",
    EntryAmended: "ignored",
    EntryWithdrawn: "ignored",
  },
};
