import type { TenantTemplate } from "@tradesage/contracts";
import { inFewSteps, tenantMigrations } from "../src/migrations/tenant/index.ts";
import { schemaOf } from "../src/scope.ts";

/** The statements that provisioning sends, as a script for `psql -f`: the least that the same tables can cost. */
export function provisioningScript(tenant: string, template: TenantTemplate): string {
  const name = schemaOf(tenant);
  const names = tenantMigrations(template).map((migration) => `('${migration.name}')`);
  const steps = inFewSteps(tenantMigrations(template)).map(({ sql }) => `${sql};`);
  return [
    `set createrole_self_grant = '';`,
    `create role ${name} nologin;`,
    `grant ${name} to current_user with inherit false, set true;`,
    "begin;",
    `create schema ${name} authorization ${name};`,
    `select set_config('role', '${name}', true), set_config('search_path', '${name}, public', true);`,
    "create table migrations (name text primary key, applied_at timestamptz not null default now());",
    ...steps,
    `insert into migrations (name) values ${names.join(", ")};`,
    "commit;",
  ].join("\n");
}
