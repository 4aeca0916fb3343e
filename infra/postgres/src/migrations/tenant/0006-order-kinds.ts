import type { TenantMigration } from "./tenant-migration.ts";

export const orderKinds: TenantMigration = {
  name: "0006-order-kinds",
  templates: ["trading", "trading_plus_analytics"],
  sql: `
    alter table orders
      add column stop_price numeric,
      add column time_in_force text not null default 'gtc',
      add column expires_at timestamptz,
      add column reduce_only boolean not null default false,
      add column triggered boolean not null default false;
  `,
};
