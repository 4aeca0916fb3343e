import type { Migration } from "../migrate.ts";

/**
 * Rows of several tenants in one table: row security is forced, on the owner too. `app.tenant` names the one tenant
 * whose rows are seen, or the platform, which sees all; where it is unset, or '' after a transaction ended, no row is.
 */
export const tenants: Migration = {
  name: "0001-tenants",
  sql: `
    create table checkpoints (
      name text primary key,
      position bigint not null default 0
    );
    insert into checkpoints (name) values ('tenants');

    create table tenants (
      tenant_id text primary key,
      name text not null,
      template text not null,
      status text not null,
      created_at timestamptz not null,
      failure text,
      position bigint not null
    );
    alter table tenants enable row level security, force row level security;
    create policy tenant_in_context on tenants
      using (current_setting('app.tenant', true) in (tenant_id, 'platform'))
      with check (current_setting('app.tenant', true) in (tenant_id, 'platform'));
  `,
};
