import type { Migration } from "../migrate.ts";

export const terminalKeys: Migration = {
  name: "0004-terminal-keys",
  sql: `
    insert into checkpoints (name) values ('terminal_keys');

    create table terminal_keys (
      tenant_id text not null,
      key_id text not null,
      label text,
      issued_at timestamptz not null,
      revoked_at timestamptz,
      position bigint not null,
      primary key (tenant_id, key_id)
    );
    alter table terminal_keys enable row level security, force row level security;
    create policy tenant_in_context on terminal_keys
      using (current_setting('app.tenant', true) in (tenant_id, 'platform'))
      with check (current_setting('app.tenant', true) in (tenant_id, 'platform'));
  `,
};
