import { type JournalEntryDetail, type JournalEntryView, journalQueries, refuse } from "@tradesage/contracts";
import type { TenantTables } from "@tradesage/postgres";
import { sql } from "kysely";
import { requireAccount } from "../accounts/queries.ts";
import { pageOf, positionCursor, tenantQuestion } from "../question.ts";

const view = (row: TenantTables["journal_entries"]): JournalEntryView => ({
  accountId: row.account_id,
  entryId: row.entry_id,
  ...(row.trade_id !== null && { tradeId: row.trade_id }),
  ...{ text: row.text, tags: row.tags, screenshots: row.screenshots },
  ...{ writtenBy: row.written_by, writtenAt: row.written_at },
  ...(row.amended_by !== null && { amendedBy: row.amended_by }),
  ...(row.amended_at !== null && { amendedAt: row.amended_at }),
  ...(row.withdrawn_by !== null && { withdrawnBy: row.withdrawn_by }),
  ...(row.withdrawn_at !== null && { withdrawnAt: row.withdrawn_at }),
  position: row.position,
});

const wording = ({
  text,
  tags,
  screenshots,
  actor,
  at,
  position,
}: TenantTables["journal_wordings"]): JournalEntryDetail["wordings"][number] => ({
  ...(text !== null && { text }),
  ...(tags !== null && { tags }),
  ...(screenshots !== null && { screenshots }),
  ...{ actor, at, position },
});

export const journalQuestion = tenantQuestion(
  journalQueries.journal,
  "journal_entries",
  async (db, { accountId, tradeId, tag, from, to, limit, cursor }) => {
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
    return pageOf(rows, limit, view, (row) => row.written_position);
  },
);

export const journalEntryQuestion = tenantQuestion(
  journalQueries.journalEntry,
  "journal_wordings",
  async (db, { accountId, entryId }) => {
    await requireAccount(db, accountId);
    const entry = await db
      .selectFrom("journal_entries")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("entry_id", "=", entryId)
      .executeTakeFirst();
    if (!entry) return refuse("ENTRY_NOT_FOUND", undefined, { entryId });
    const wordings = await db
      .selectFrom("journal_wordings")
      .selectAll()
      .where("account_id", "=", accountId)
      .where("entry_id", "=", entryId)
      .orderBy("position")
      .execute();
    return { ...view(entry), wordings: wordings.map(wording) };
  },
);
