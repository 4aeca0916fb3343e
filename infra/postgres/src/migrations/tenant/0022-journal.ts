import type { TenantMigration } from "./tenant-migration.ts";

const journalTables = `
  create table trade_tags (
    account_id text not null,
    trade_id bigint not null,
    tags text[] not null,
    position bigint not null,
    primary key (account_id, trade_id)
  );
  create index trade_tags_by_tag on trade_tags using gin (tags);

  create table journal_entries (
    account_id text not null,
    entry_id text not null,
    trade_id bigint,
    text text not null,
    tags text[] not null,
    screenshots jsonb not null,
    written_by text not null,
    written_at timestamptz not null,
    written_position bigint not null,
    amended_by text,
    amended_at timestamptz,
    withdrawn_by text,
    withdrawn_at timestamptz,
    position bigint not null,
    primary key (account_id, entry_id)
  );
  create index journal_entries_by_time on journal_entries (account_id, written_position desc);

  create table journal_wordings (
    account_id text not null,
    position bigint not null,
    entry_id text not null,
    text text,
    tags text[],
    screenshots jsonb,
    actor text not null,
    at timestamptz not null,
    primary key (account_id, position)
  );
  create index journal_wordings_by_entry on journal_wordings (account_id, entry_id, position);
`;

/** Entries, all that they ever said, and the tags of trades; a trade is named by the number of its opening, so that is kept. */
export const journal: TenantMigration = {
  name: "0022-journal",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    truncate trade_events;
    update checkpoints set position = 0 where name = 'trade_events';
    alter table trade_events add column revision bigint not null;
    create unique index trade_events_trades on trade_events (account_id, revision) where kind = 'opened';

    insert into checkpoints (name) values ('trade_tags'), ('journal_entries'), ('journal_wordings');

    ${journalTables}
  `,
};
