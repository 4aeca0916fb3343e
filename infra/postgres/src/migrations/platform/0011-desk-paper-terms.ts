import type { Migration } from "../migrate.ts";

export const deskPaperTerms: Migration = {
  name: "0011-desk-paper-terms",
  sql: "alter table desk_terms add column paper_terms jsonb",
};
