import type { Migration } from "../migrate.ts";

export const alarms: Migration = {
  name: "0008-alarms",
  sql: "alter table tenants add column alarms text",
};
