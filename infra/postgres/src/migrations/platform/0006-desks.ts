import type { Migration } from "../migrate.ts";

/** `tenant_id` is `platform` for the state that holds for all. */
export const desks: Migration = {
  name: "0006-desks",
  sql: `
    insert into checkpoints (name) values ('desks');

    create table desks (
      tenant_id text primary key,
      state text not null,
      reason text,
      changed_by text not null,
      changed_at timestamptz not null,
      position bigint not null
    );
    alter table desks enable row level security, force row level security;
    create policy tenant_in_context on desks
      using (current_setting('app.tenant', true) in (tenant_id, 'platform'))
      with check (current_setting('app.tenant', true) in (tenant_id, 'platform'));
  `,
};
