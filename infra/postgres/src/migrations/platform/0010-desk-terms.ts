import type { Migration } from "../migrate.ts";

export const deskTerms: Migration = {
  name: "0010-desk-terms",
  sql: `
    -- No event of an earlier history says anything to it.
    insert into checkpoints (name, position) select 'desk_terms', position from checkpoints where name = 'desks';

    create table desk_terms (
      tenant_id text primary key,
      rollover jsonb,
      changed_by text not null,
      changed_at timestamptz not null,
      position bigint not null
    );
    alter table desk_terms enable row level security, force row level security;
    create policy tenant_in_context on desk_terms
      using (current_setting('app.tenant', true) in (tenant_id, 'platform'))
      with check (current_setting('app.tenant', true) in (tenant_id, 'platform'));
  `,
};
