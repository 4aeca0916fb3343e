import type { Migration } from "../migrate.ts";

export const thresholds: Migration = {
  name: "0009-thresholds",
  sql: "alter table tenants add column thresholds text",
};
