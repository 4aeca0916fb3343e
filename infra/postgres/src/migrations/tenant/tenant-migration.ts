import type { TenantTemplate } from "@tradesage/contracts";
import type { Migration } from "../migrate.ts";

export interface TenantMigration extends Migration {
  /** The templates that it belongs to. */
  readonly templates: readonly TenantTemplate[];
}
