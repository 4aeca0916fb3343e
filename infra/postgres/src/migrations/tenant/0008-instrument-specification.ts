import type { TenantMigration } from "./tenant-migration.ts";

/** The model begins anew: its runner fills it from the history. */
export const instrumentSpecification: TenantMigration = {
  name: "0008-instrument-specification",
  templates: ["basic", "trading", "trading_plus_analytics"],
  sql: `
    truncate instruments;
    update checkpoints set position = 0 where name = 'instruments';
    alter table instruments
      drop column description,
      drop column digits,
      drop column tick_size,
      drop column contract_size,
      drop column volume_min,
      drop column volume_max,
      drop column volume_step,
      drop column base_currency,
      drop column profit_currency,
      drop column margin_currency,
      add column specification jsonb not null;
  `,
};
