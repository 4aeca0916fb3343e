import type { Screenshot } from "@tradesage/contracts";

// `position` is where the newest event that the row comes from stands in the history; `…_at` are ISO 8601, UTC.

export interface TradeTagTable {
  account_id: string;
  trade_id: string;
  tags: string[];
  position: string;
}

/** An entry as it is now. */
export interface JournalEntryTable {
  account_id: string;
  entry_id: string;
  trade_id: string | null;
  /** The day that it is about: its own, else that on which it was written, in UTC. */
  date: string;
  text: string;
  tags: string[];
  screenshots: Screenshot[];
  written_by: string;
  written_at: string;
  /** Position of its first event: the order of pages. */
  written_position: string;
  amended_by: string | null;
  amended_at: string | null;
  withdrawn_by: string | null;
  withdrawn_at: string | null;
  position: string;
}

/** What an entry said first, or what an amendment changed: null where it left something as it was. */
export interface JournalWordingTable {
  account_id: string;
  entry_id: string;
  date: string | null;
  text: string | null;
  tags: string[] | null;
  screenshots: Screenshot[] | null;
  actor: string;
  at: string;
  position: string;
}
