import type { TenantMigration } from "./tenant-migration.ts";

/** The day that an entry is about; those that were written before are about the day on which they were. */
export const journalDates: TenantMigration = {
  name: "0024-journal-dates",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table journal_entries add column date date;
    update journal_entries set date = (written_at at time zone 'utc')::date;
    alter table journal_entries alter column date set not null;
    alter table journal_wordings add column date date;
  `,
};
