import {
  type JournalCommand,
  type JournalEntryId,
  type JournalEvent,
  type JournalTag,
  MOST_ENTRIES,
  MOST_TAGS,
  refuse,
  type TradeId,
} from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import { Map as PersistentMap } from "immutable";

/** What is decided on; what entries say is not, and stays in the events. */
export interface JournalState {
  readonly entries: PersistentMap<JournalEntryId, "standing" | "withdrawn">;
  /** Of the trades that have any. */
  readonly tags: PersistentMap<TradeId, readonly JournalTag[]>;
}

/** What a trader notes of an account, its trades and its days. That account and trade exist is known before. */
export const journal: Decider<JournalState, JournalCommand, JournalEvent> = {
  initialState: { entries: PersistentMap(), tags: PersistentMap() },

  evolve({ entries, tags }, { type, data }) {
    switch (type) {
      case "EntryWritten":
        return { tags, entries: entries.set(data.entryId, "standing") };
      case "EntryAmended":
        return { tags, entries };
      case "EntryWithdrawn":
        return { tags, entries: entries.set(data.entryId, "withdrawn") };
      case "TradeTagged":
      case "TradeUntagged":
        return { entries, tags: data.tags.length > 0 ? tags.set(data.tradeId, data.tags) : tags.delete(data.tradeId) };
    }
  },

  decide({ type, data }, state) {
    switch (type) {
      case "WriteEntry":
        if (state.entries.has(data.entryId)) refuse("ENTRY_EXISTS", undefined, { entryId: data.entryId });
        if (state.entries.size >= MOST_ENTRIES) refuse("JOURNAL_FULL", undefined, { most: MOST_ENTRIES });
        return [{ type: "EntryWritten", data }];
      case "AmendEntry":
        standing(state, data.entryId);
        return [{ type: "EntryAmended", data }];
      case "WithdrawEntry":
        standing(state, data.entryId);
        return [{ type: "EntryWithdrawn", data }];
      case "TagTrade": {
        const before = state.tags.get(data.tradeId) ?? [];
        const added = data.tags.filter((tag) => !before.includes(tag));
        const tags = [...before, ...added];
        if (tags.length > MOST_TAGS) refuse("TOO_MANY_TAGS", undefined, { tags: tags.length, most: MOST_TAGS });
        const { accountId, tradeId } = data;
        return added.length === 0 ? [] : [{ type: "TradeTagged", data: { accountId, tradeId, added, tags } }];
      }
      case "UntagTrade": {
        const before = state.tags.get(data.tradeId) ?? [];
        const removed = data.tags.filter((tag) => before.includes(tag));
        const tags = before.filter((tag) => !removed.includes(tag));
        const { accountId, tradeId } = data;
        return removed.length === 0 ? [] : [{ type: "TradeUntagged", data: { accountId, tradeId, removed, tags } }];
      }
    }
  },
};

/** @throws Refused ENTRY_NOT_FOUND, ENTRY_WITHDRAWN */
function standing({ entries }: JournalState, entryId: JournalEntryId): void {
  const entry = entries.get(entryId);
  if (entry === undefined) refuse("ENTRY_NOT_FOUND", undefined, { entryId });
  if (entry === "withdrawn") refuse("ENTRY_WITHDRAWN", undefined, { entryId });
}
