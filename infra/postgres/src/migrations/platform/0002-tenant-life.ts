import type { Migration } from "../migrate.ts";

export const tenantLife: Migration = {
  name: "0002-tenant-life",
  sql: "alter table tenants add column suspension text, add column requested_template text",
};
