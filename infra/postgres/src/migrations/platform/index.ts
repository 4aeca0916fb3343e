import type { Migration } from "../migrate.ts";
import { tenants } from "./0001-tenants.ts";
import { tenantLife } from "./0002-tenant-life.ts";
import { backups } from "./0003-backups.ts";
import { terminalKeys } from "./0004-terminal-keys.ts";
import { restoreTests } from "./0005-restore-tests.ts";
import { desks } from "./0006-desks.ts";
import { deletions } from "./0007-deletions.ts";
import { alarms } from "./0008-alarms.ts";
import { thresholds } from "./0009-thresholds.ts";
import { deskTerms } from "./0010-desk-terms.ts";
import { deskPaperTerms } from "./0011-desk-paper-terms.ts";

export const platformMigrations: readonly Migration[] = [
  tenants,
  tenantLife,
  backups,
  terminalKeys,
  restoreTests,
  desks,
  deletions,
  alarms,
  thresholds,
  deskTerms,
  deskPaperTerms,
];
