import type { TenantTemplate } from "@tradesage/contracts";
import { instruments } from "./0001-instruments.ts";
import { trading } from "./0002-trading.ts";
import { marketData } from "./0003-market-data.ts";
import type { TenantMigration } from "./tenant-migration.ts";

const all: readonly TenantMigration[] = [instruments, trading, marketData];

/** What a tenant of this template is made of, in order. */
export const tenantMigrations = (template: TenantTemplate): readonly TenantMigration[] =>
  all.filter(({ templates }) => templates.includes(template));
