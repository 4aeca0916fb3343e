import type { Migration } from "../migrate.ts";

export const backups: Migration = {
  name: "0003-backups",
  sql: `
    insert into checkpoints (name) values ('backups');

    create table backups (
      tenant_id text not null,
      backup_id text not null,
      kind text not null,
      status text not null,
      requested_at timestamptz not null,
      requested_position bigint not null,
      finished_at timestamptz,
      files text not null,
      events integer,
      up_to bigint,
      failure text,
      position bigint not null,
      primary key (tenant_id, backup_id)
    );
    alter table backups enable row level security, force row level security;
    create policy tenant_in_context on backups
      using (current_setting('app.tenant', true) in (tenant_id, 'platform'))
      with check (current_setting('app.tenant', true) in (tenant_id, 'platform'));
  `,
};
