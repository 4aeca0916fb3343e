import { BackupFile, backupEvents } from "@tradesage/contracts";
import { z } from "zod";
import type { ProjectionOf } from "../projection.ts";

/** The column `files`. */
export const BackupFiles = z.array(BackupFile);

export const backups: ProjectionOf<"backups", typeof backupEvents> = {
  table: "backups",
  aggregate: "backups",
  events: backupEvents,
  key: { tenant_id: "tenantId", backup_id: "backupId" },
  on: {
    BackupRequested: {
      put: ({ data, at, position }) => ({
        tenant_id: data.tenantId,
        backup_id: data.backupId,
        kind: data.kind,
        status: "running",
        requested_at: at,
        requested_position: position,
        finished_at: null,
        files: JSON.stringify([]),
        events: null,
        up_to: null,
        failure: null,
        tested_at: null,
      }),
    },
    BackupCompleted: {
      change: (_, { data, at }) => ({
        kind: data.snapshot ? "full" : "incremental",
        status: "unproven",
        finished_at: at,
        files: JSON.stringify([data.segment, data.snapshot, data.ticks].filter((file) => file !== undefined)),
        events: data.events,
        up_to: data.upTo,
      }),
    },
    BackupFailed: { change: (_, { data, at }) => ({ status: "failed", finished_at: at, failure: data.reason }) },
    RestoreTestRequested: "ignored",
    BackupTested: {
      change: (_, { data, at }) => ({
        status: data.equal ? "proven" : "disproven",
        failure: data.failure ?? null,
        tested_at: at,
      }),
    },
    RestoreBegun: "ignored",
    RestoreFinished: "ignored",
    TenantReleased: "ignored",
    BackupExpired: { change: () => ({ status: "expired" }) },
    BackupDeleted: {
      change: ({ files }, { data }) => ({ status: "deleted", files: JSON.stringify(without(files, data.files)) }),
    },
  },
};

const without = (files: string, paths: readonly string[]) =>
  BackupFiles.parse(JSON.parse(files)).filter(({ path }) => !paths.includes(path));
