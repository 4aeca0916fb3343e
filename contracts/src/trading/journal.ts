import { z } from "zod";
import { AccountId, JournalEntryId, Position, TradeId } from "../ids.ts";
import { command, event, type MessageOf, page, paging, query } from "../messages.ts";

/** In a journal, with those that were withdrawn: an id is never used again. */
export const MOST_ENTRIES = 50_000;
export const MOST_TAGS = 20;
const MOST_SCREENSHOTS = 10;

export const JournalTag = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "1 to 40 of a-z, 0-9 and -")
  .meta({ id: "JournalTag", example: "breakout" });
export type JournalTag = z.output<typeof JournalTag>;

const isUnique = (tags: readonly string[]) => new Set(tags).size === tags.length;
const Tags = z.array(JournalTag).max(MOST_TAGS).refine(isUnique, "each tag once");
const SomeTags = z.array(JournalTag).min(1).max(MOST_TAGS).refine(isUnique, "each tag once");

/** Where a picture is kept that goes with an entry: its bytes are not ours. */
export const Screenshot = z
  .strictObject({
    /** RFC 3986; no scheme that a browser would run, or that reads files of whoever looks at it. */
    uri: z
      .string()
      .max(2000)
      .regex(/^(https?|s3|gs|urn):[\x21-\x7e]+$/, "a URI of the scheme https, http, s3, gs or urn"),
    name: z.string().trim().min(1).max(200),
    mediaType: z.string().regex(/^image\/[a-z0-9.+-]{1,60}$/, "the media type of an image, such as image/png"),
    /** SHA-256 of its bytes, hex: tells that it is the one that was meant. */
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "a SHA-256 in hex")
      .optional(),
  })
  .meta({ id: "Screenshot" });
export type Screenshot = z.output<typeof Screenshot>;

const Text = z.string().trim().min(1).max(10_000);
const Screenshots = z.array(Screenshot).max(MOST_SCREENSHOTS);
/** Years before this are a slip, and Postgres knows no year 0. */
const isLateEnough = (time: string) => time >= "1970-01-01";
const EntryDate = z.iso.date().refine(isLateEnough, "1970-01-01 or later");
const Time = z.iso.datetime().refine(isLateEnough, "1970-01-01 or later");

const account = { accountId: AccountId };
const entry = { ...account, entryId: JournalEntryId };
const trade = { ...account, tradeId: TradeId };
/** What of an entry can be amended. */
const wording = {
  /** The day that it is about, where that is not the day on which it was written. */
  date: EntryDate.optional(),
  text: Text.optional(),
  tags: Tags.optional(),
  screenshots: Screenshots.optional(),
};

export const journalCommands = {
  /** Of a trade, or of none: a day's note. */
  WriteEntry: command(
    "WriteEntry",
    z.object({
      ...entry,
      ...wording,
      tradeId: TradeId.optional(),
      text: Text,
      tags: Tags.default([]),
      screenshots: Screenshots.default([]),
    }),
  ),
  /** Changes what is given; how it was before is kept. */
  AmendEntry: command(
    "AmendEntry",
    z
      .object({ ...entry, ...wording })
      .refine(({ date, text, tags, screenshots }) => (date ?? text ?? tags ?? screenshots) !== undefined, {
        message: "give at least one of date, text, tags, screenshots",
      }),
  ),
  WithdrawEntry: command("WithdrawEntry", z.object(entry)),
  TagTrade: command("TagTrade", z.object({ ...trade, tags: SomeTags })),
  UntagTrade: command("UntagTrade", z.object({ ...trade, tags: SomeTags })),
} as const;
export type JournalCommand = MessageOf<typeof journalCommands>;

/** Who and when is in their metadata. */
export const journalEvents = {
  EntryWritten: event(
    "EntryWritten",
    z.object({ ...entry, ...wording, tradeId: TradeId.optional(), text: Text, tags: Tags, screenshots: Screenshots }),
  ),
  /** What is different from now on. */
  EntryAmended: event("EntryAmended", z.object({ ...entry, ...wording })),
  EntryWithdrawn: event("EntryWithdrawn", z.object(entry)),
  /** `tags` is what the trade has from now on. */
  TradeTagged: event("TradeTagged", z.object({ ...trade, added: SomeTags, tags: Tags })),
  TradeUntagged: event("TradeUntagged", z.object({ ...trade, removed: SomeTags, tags: Tags })),
} as const;
export type JournalEvent = MessageOf<typeof journalEvents>;

export const JournalEntryView = z
  .object({
    ...entry,
    tradeId: TradeId.optional(),
    /** The day that it is about: its own, else that on which it was written, in UTC. */
    date: z.iso.date(),
    text: z.string(),
    tags: z.array(JournalTag),
    screenshots: z.array(Screenshot),
    /** Subjects of tokens. */
    writtenBy: z.string(),
    writtenAt: z.iso.datetime(),
    /** Of the newest amendment. */
    amendedBy: z.string().optional(),
    amendedAt: z.iso.datetime().optional(),
    withdrawnBy: z.string().optional(),
    withdrawnAt: z.iso.datetime().optional(),
    position: Position,
  })
  .meta({ id: "JournalEntry" });
export type JournalEntryView = z.output<typeof JournalEntryView>;

/** The entry as it was first written, or what an amendment changed. */
export const JournalWording = z
  .object({
    date: z.iso.date().optional(),
    text: z.string().optional(),
    tags: z.array(JournalTag).optional(),
    screenshots: z.array(Screenshot).optional(),
    actor: z.string(),
    at: z.iso.datetime(),
    position: Position,
  })
  .meta({ id: "JournalWording" });
export type JournalWording = z.output<typeof JournalWording>;

const pages = paging(200, 100);

/** How many trades have it, and how many entries have it themselves. */
const JournalTagUse = z.object({ tag: JournalTag, trades: z.int(), entries: z.int() }).meta({ id: "JournalTagUse" });

export const journalQueries = {
  /** By when they were written, newest first, without those that were withdrawn. Long ones make shorter pages. */
  journal: query(
    "journal",
    z.object({
      ...account,
      tradeId: TradeId.optional(),
      /** The entry's own, or its trade's. */
      tag: JournalTag.optional(),
      /** Written at `from` or later, and before `to`. */
      from: Time.optional(),
      to: Time.optional(),
      /** About `fromDate` or a later day, and one before `toDate`. */
      fromDate: EntryDate.optional(),
      toDate: EntryDate.optional(),
      ...pages,
    }),
    page(JournalEntryView),
  ),
  /** Also one that was withdrawn. */
  journalEntry: query("journalEntry", z.object(entry), JournalEntryView),
  /** Everything that an entry ever said, oldest first; also of one that was withdrawn. */
  journalWordings: query("journalWordings", z.object({ ...entry, ...pages }), page(JournalWording)),
  /** Those that a trade or an entry has now, by name. */
  journalTags: query("journalTags", z.object({ ...account, ...pages }), page(JournalTagUse)),
} as const;
