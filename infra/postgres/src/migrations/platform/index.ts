import type { Migration } from "../migrate.ts";
import { tenants } from "./0001-tenants.ts";

export const platformMigrations: readonly Migration[] = [tenants];
