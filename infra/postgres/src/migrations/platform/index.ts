import type { Migration } from "../migrate.ts";
import { tenants } from "./0001-tenants.ts";
import { tenantLife } from "./0002-tenant-life.ts";

export const platformMigrations: readonly Migration[] = [tenants, tenantLife];
