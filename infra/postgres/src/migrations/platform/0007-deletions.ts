import type { Migration } from "../migrate.ts";

export const deletions: Migration = {
  name: "0007-deletions",
  sql: "alter table tenants add column deletion_reason text, add column deletion_due_at timestamptz",
};
