import {
  type AccountId,
  type JournalEntryId,
  type JournalEntryView,
  type JournalWording,
  journalQueries,
  refuse,
} from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql, type Transaction } from "kysely";
import { requireAccount } from "../accounts/queries.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

/** Of the megabyte that the bus takes at once; what an answer has around its rows needs some too. */
const MOST_BYTES = 800_000;

const view = (row: TenantTables["journal_entries"]): JournalEntryView => ({
  accountId: row.account_id,
  entryId: row.entry_id,
  ...(row.trade_id !== null && { tradeId: row.trade_id }),
  ...{ date: row.date, text: row.text, tags: row.tags, screenshots: row.screenshots },
  ...{ writtenBy: row.written_by, writtenAt: row.written_at },
  ...(row.amended_by !== null && { amendedBy: row.amended_by }),
  ...(row.amended_at !== null && { amendedAt: row.amended_at }),
  ...(row.withdrawn_by !== null && { withdrawnBy: row.withdrawn_by }),
  ...(row.withdrawn_at !== null && { withdrawnAt: row.withdrawn_at }),
  position: row.position,
});

const wording = ({
  date,
  text,
  tags,
  screenshots,
  actor,
  at,
  position,
}: TenantTables["journal_wordings"]): JournalWording => ({
  ...(date !== null && { date }),
  ...(text !== null && { text }),
  ...(tags !== null && { tags }),
  ...(screenshots !== null && { screenshots }),
  ...{ actor, at, position },
});

export const journalQuestion = tenantQuestion(
  journalQueries.journal,
  "journal_entries",
  async (db, { accountId, tradeId, tag, from, to, fromDate, toDate, limit, cursor }) => {
    const before = positionCursor(cursor);
    let query = db
      .selectFrom("journal_entries")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("withdrawn_at", "is", null);
    if (before !== undefined) query = query.where("written_position", "<", before);
    if (tradeId !== undefined) query = query.where("trade_id", "=", tradeId);
    if (from !== undefined) query = query.where("written_at", ">=", from);
    if (to !== undefined) query = query.where("written_at", "<", to);
    if (fromDate !== undefined) query = query.where("date", ">=", fromDate);
    if (toDate !== undefined) query = query.where("date", "<", toDate);
    if (tag !== undefined)
      query = query.where(
        sql<boolean>`(tags @> array[${tag}] or exists (
          select from trade_tags t
          where t.account_id = journal_entries.account_id and t.trade_id = journal_entries.trade_id
            and t.tags @> array[${tag}]))`,
      );
    const rows = await query
      .orderBy("written_position", "desc")
      .limit(limit + 1)
      .execute();
    if (rows.length === 0) await requireAccount(db, accountId);
    return pageOf(rows, Math.min(limit, fitting(rows)), view, (row) => row.written_position);
  },
);

/** How many of these, from the first on, one answer carries: an entry may have 10,000 characters; always one. */
function fitting(rows: readonly object[]): number {
  let bytes = 0;
  const over = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row));
    return bytes > MOST_BYTES;
  });
  return over < 0 ? rows.length : Math.max(over, 1);
}

const entryOf = (db: Transaction<TenantTables>, accountId: AccountId, entryId: JournalEntryId) =>
  db
    .selectFrom("journal_entries")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("entry_id", "=", entryId)
    .executeTakeFirst();

export const journalEntryQuestion = tenantQuestion(
  journalQueries.journalEntry,
  "journal_entries",
  async (db, { accountId, entryId }) => {
    await requireAccount(db, accountId);
    const entry = await entryOf(db, accountId, entryId);
    return entry ? view(entry) : refuse("ENTRY_NOT_FOUND", undefined, { entryId });
  },
);

export const journalWordingsQuestion = tenantQuestion(
  journalQueries.journalWordings,
  "journal_wordings",
  async (db, { accountId, entryId, limit, cursor }) => {
    const after = positionCursor(cursor) ?? "-1";
    const rows = await db
      .selectFrom("journal_wordings")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("entry_id", "=", entryId)
      .where("position", ">", after)
      .orderBy("position")
      .limit(limit + 1)
      .execute();
    if (rows.length === 0) {
      await requireAccount(db, accountId);
      if (!(await entryOf(db, accountId, entryId))) return refuse("ENTRY_NOT_FOUND", undefined, { entryId });
    }
    return pageOf(rows, Math.min(limit, fitting(rows)), wording, (row) => row.position);
  },
);

interface TagUse {
  readonly tag: string;
  readonly trades: number;
  readonly entries: number;
}

export const journalTagsQuestion = tenantQuestion(
  journalQueries.journalTags,
  "journal_entries",
  async (db, { accountId, limit, cursor = "" }) => {
    const { rows } = await sql<TagUse>`
      select tag, count(*) filter (where of_trade)::int as trades, count(*) filter (where not of_trade)::int as entries
      from (
        select unnest(tags) as tag, true as of_trade from trade_tags where account_id = ${accountId}
        union all
        select unnest(tags), false from journal_entries where account_id = ${accountId} and withdrawn_at is null
      ) used
      where tag collate "C" > ${cursor}
      group by tag order by tag collate "C" limit ${limit + 1}`.execute(db);
    if (rows.length === 0) await requireAccount(db, accountId);
    return pageOf(
      rows,
      limit,
      (row) => row,
      (row) => row.tag,
    );
  },
);
