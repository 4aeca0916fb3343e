import type { Verb } from "../verb.ts";

export const journalVerbs: readonly Verb[] = [
  {
    name: "write",
    operation: "writeJournalEntry",
    description: "write an entry: of a trade, or of none",
    arguments: ["accountId", "text"],
    shows: "getJournalEntry",
    examples: [
      'journal write main "Bought the retest, as planned." --tenant acme --trade-id 7 --tags breakout',
      `journal write main "Nothing to do today." --tenant acme --screenshots '{"uri":"https://charts.example/1.png","name":"EURUSD","mediaType":"image/png"}'`,
    ],
  },
  {
    name: "amend",
    operation: "amendJournalEntry",
    description: "change what is given of an entry; how it was before is kept",
    arguments: ["accountId", "entryId"],
    shows: "getJournalEntry",
    examples: ['journal amend main 5f0e --tenant acme --text "Bought a little early."'],
  },
  {
    name: "withdraw",
    operation: "withdrawJournalEntry",
    description: "withdraw an entry: the journal shows it no more, and keeps it",
    arguments: ["accountId", "entryId"],
    shows: "getJournalEntry",
    examples: ["journal withdraw main 5f0e --tenant acme"],
  },
  {
    name: "list",
    operation: "listJournal",
    description: "list entries, newest first",
    arguments: ["accountId"],
    columns: ["entryId", "writtenAt", "writtenBy", "tradeId", "tags", "text"],
    examples: [
      "journal list main --tenant acme --tag breakout",
      "journal list main --tenant acme --from 2026-01-15T00:00:00Z --to 2026-01-16T00:00:00Z",
    ],
  },
  {
    name: "show",
    operation: "getJournalEntry",
    description: "tell all that an entry ever said; also one that was withdrawn",
    arguments: ["accountId", "entryId"],
    examples: ["journal show main 5f0e --tenant acme"],
  },
  {
    name: "tag",
    operation: "tagTrade",
    description: "give a trade tags, beside those that it has",
    arguments: ["accountId", "tradeId", "tags"],
    shows: "getTrade",
    examples: ["journal tag main 7 breakout too-early --tenant acme"],
  },
  {
    name: "untag",
    operation: "untagTrade",
    description: "take tags off a trade",
    arguments: ["accountId", "tradeId", "tags"],
    shows: "getTrade",
    examples: ["journal untag main 7 too-early --tenant acme"],
  },
];
