import type { Migration } from "../migrate.ts";
import { tenants } from "./0001-tenants.ts";
import { tenantLife } from "./0002-tenant-life.ts";
import { backups } from "./0003-backups.ts";

export const platformMigrations: readonly Migration[] = [tenants, tenantLife, backups];
