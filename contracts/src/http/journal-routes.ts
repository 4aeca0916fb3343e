import { journalCommands, journalQueries } from "../trading/journal.ts";
import { type Route, readers } from "./route.ts";

const command = {
  kind: "command",
  method: "POST",
  scope: "tenant",
  owner: "trading",
  aggregate: "accountId",
  roles: ["admin", "trader"],
  status: 200,
} as const;
const query = { kind: "query", method: "GET", scope: "tenant", owner: "projections", roles: readers } as const;

export const journalRoutes = {
  writeJournalEntry: {
    ...command,
    path: "/v1/accounts/{accountId}/journal",
    summary: "Write an entry into an account's journal: of a trade, or of none",
    type: journalCommands.WriteEntry,
    generates: "entryId",
    example: {
      date: "2026-01-16",
      text: "Bought the retest, as planned.",
      tags: ["breakout"],
      screenshots: [{ uri: "s3://charts/eurusd.png", name: "EURUSD, one hour", mediaType: "image/png" }],
    },
    status: 201,
    location: "/v1/accounts/{accountId}/journal/{entryId}",
    refusals: ["ACCOUNT_NOT_FOUND", "TRADE_NOT_FOUND", "ENTRY_EXISTS", "JOURNAL_FULL"],
  },
  amendJournalEntry: {
    ...command,
    path: "/v1/accounts/{accountId}/journal/{entryId}/amendments",
    summary: "Change an entry's date, text, tags or screenshots; how it was before is kept",
    type: journalCommands.AmendEntry,
    example: { text: "Bought the retest, a little early." },
    refusals: ["ACCOUNT_NOT_FOUND", "ENTRY_NOT_FOUND", "ENTRY_WITHDRAWN"],
  },
  withdrawJournalEntry: {
    ...command,
    method: "DELETE",
    path: "/v1/accounts/{accountId}/journal/{entryId}",
    summary: "Withdraw an entry: the journal shows it no more, and keeps it",
    type: journalCommands.WithdrawEntry,
    refusals: ["ACCOUNT_NOT_FOUND", "ENTRY_NOT_FOUND", "ENTRY_WITHDRAWN"],
  },
  tagTrade: {
    ...command,
    path: "/v1/accounts/{accountId}/trades/{tradeId}/tags",
    summary: "Give a trade tags, beside those that it has",
    type: journalCommands.TagTrade,
    example: { tags: ["breakout", "too-early"] },
    refusals: ["ACCOUNT_NOT_FOUND", "TRADE_NOT_FOUND", "TOO_MANY_TAGS"],
  },
  untagTrade: {
    ...command,
    path: "/v1/accounts/{accountId}/trades/{tradeId}/tags/removals",
    summary: "Take tags off a trade",
    type: journalCommands.UntagTrade,
    example: { tags: ["too-early"] },
    refusals: ["ACCOUNT_NOT_FOUND", "TRADE_NOT_FOUND"],
  },
  listJournal: {
    ...query,
    path: "/v1/accounts/{accountId}/journal",
    summary: "An account's journal, newest first: all of it, of a time, about some days, of a trade, or with a tag",
    type: journalQueries.journal,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
  getJournalEntry: {
    ...query,
    path: "/v1/accounts/{accountId}/journal/{entryId}",
    summary: "One entry as it is; also one that was withdrawn",
    type: journalQueries.journalEntry,
    refusals: ["ACCOUNT_NOT_FOUND", "ENTRY_NOT_FOUND"],
  },
  listJournalWordings: {
    ...query,
    path: "/v1/accounts/{accountId}/journal/{entryId}/wordings",
    summary: "Everything that an entry ever said, oldest first; also one that was withdrawn",
    type: journalQueries.journalWordings,
    refusals: ["ACCOUNT_NOT_FOUND", "ENTRY_NOT_FOUND"],
  },
  listJournalTags: {
    ...query,
    path: "/v1/accounts/{accountId}/tags",
    summary: "The tags that an account's trades and entries have, with how many of each have it",
    type: journalQueries.journalTags,
    refusals: ["ACCOUNT_NOT_FOUND"],
  },
} as const satisfies Record<string, Route>;
