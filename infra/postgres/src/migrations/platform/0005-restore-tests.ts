import type { Migration } from "../migrate.ts";

export const restoreTests: Migration = {
  name: "0005-restore-tests",
  sql: "alter table backups add column tested_at timestamptz",
};
