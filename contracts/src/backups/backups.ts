import { z } from "zod";
import { Position, TenantId } from "../ids.ts";
import { command, event, type MessageOf, query } from "../messages.ts";

export const BackupId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "1 to 40 of a-z, 0-9 and -")
  .meta({ id: "BackupId" });
export type BackupId = z.output<typeof BackupId>;

/**
 * `full`: what the tables hold, and the events since the last backup. `incremental`: those events, and what was written to
 * ticks and bars since; it becomes a full one where there is none before it, or tables have another shape since.
 */
export const BackupKind = z.enum(["full", "incremental"]).meta({ id: "BackupKind" });
export type BackupKind = z.output<typeof BackupKind>;

/** SHA-256 in hex. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** A file on the backup server, as it was read back. */
export const BackupFile = z
  .object({ path: z.string().max(300), bytes: z.int().nonnegative(), sha256: Digest })
  .meta({ id: "BackupFile" });
export type BackupFile = z.output<typeof BackupFile>;

const backup = { tenantId: TenantId, backupId: BackupId };

/** How many periods of each length keep a backup: the newest of each. */
export const RetentionPolicy = z.object({
  /** The newest of all, also those that share an hour: one that somebody asked for is not gone with the next. */
  newest: z.int().min(0).max(10_000),
  hourly: z.int().min(0).max(10_000),
  daily: z.int().min(0).max(10_000),
  weekly: z.int().min(0).max(10_000),
  monthly: z.int().min(0).max(10_000),
});
export type RetentionPolicy = z.output<typeof RetentionPolicy>;

/** What was shipped. Events lie after `after`, up to and with `upTo`; `chainHead` is the last one's link in the tenant's chain. */
const shipped = {
  segment: BackupFile,
  /** Of a full backup. */
  snapshot: BackupFile.optional(),
  /** Of an incremental one: what was written to ticks and bars since the last backup. */
  ticks: BackupFile.optional(),
  /** The epoch of ticks up to which they are shipped, and the shape that the tables had. */
  ticksUpTo: Position.optional(),
  shape: z.string().max(64).optional(),
  after: Position,
  upTo: Position,
  events: z.int().nonnegative(),
  chainHead: Digest,
  startedAt: z.iso.datetime(),
};

/** How a restore test ended: `failure` tells why it was not equal, else so many rows and events were. */
const tested = {
  equal: z.boolean(),
  failure: z.string().max(500).optional(),
  rows: z.int().nonnegative().optional(),
  events: z.int().nonnegative().optional(),
};

/** Whose backups a restore takes, or whose history, and up to which moment. */
const restore = {
  source: TenantId,
  from: z.enum(["backup", "events"]),
  until: z.string().max(40).optional(),
};
const Seconds = z.number().nonnegative();
/** What a restore has proven: so many events and rows, read models equal to a replay; and how long it took, if that is known. */
const restored = {
  events: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  equal: z.boolean(),
  took: z
    .object({
      inPlace: z.boolean(),
      /** Rows that no history gives, in `tables`. */
      loaded: z.int().nonnegative(),
      history: Seconds,
      tables: Seconds,
      proof: Seconds,
    })
    .optional(),
};

export const backupCommands = {
  RequestBackup: command("RequestBackup", z.object({ ...backup, kind: BackupKind.default("full") })),
  /** Sent by the backup policy when everything is on the backup server, read back and compared. */
  RecordBackup: command("RecordBackup", z.object({ ...backup, ...shipped })),
  /** Sent by the backup policy when it has given up. */
  RecordBackupFailure: command("RecordBackupFailure", z.object({ ...backup, reason: z.string().max(500) })),
  /** Asks that a backup be restored beside what is there, compared, and left again. */
  RequestRestoreTest: command("RequestRestoreTest", z.object(backup)),
  /** Sent by the testing policy, which has restored a backup and compared. */
  RecordRestoreTest: command("RecordRestoreTest", z.object({ ...backup, ...tested })),
  /** Sent by the backup policy after each backup: those that are kept no longer, and that no kept one needs, expire. */
  ApplyRetention: command("ApplyRetention", z.object({ tenantId: TenantId, policy: RetentionPolicy })),
  /** Sent by the deleting policy once the files of an expired backup are gone. */
  RecordBackupDeletion: command("RecordBackupDeletion", z.object(backup)),
  /** Sent by a restore before it writes anything: from here on the tenant is held. */
  BeginRestore: command("BeginRestore", z.object({ tenantId: TenantId, ...restore })),
  /** Sent by a restore that is done and has proven itself; the tenant stays held. */
  FinishRestore: command("FinishRestore", z.object({ tenantId: TenantId, ...restored })),
  /** Lets a restored tenant trade again: accounts take commands, and orders go to their venues. */
  ReleaseTenant: command("ReleaseTenant", z.object({ tenantId: TenantId })),
} as const;
export type BackupCommand = MessageOf<typeof backupCommands>;

export const backupEvents = {
  BackupRequested: event("BackupRequested", z.object({ ...backup, kind: BackupKind })),
  BackupCompleted: event("BackupCompleted", z.object({ ...backup, ...shipped })),
  BackupFailed: event("BackupFailed", z.object({ ...backup, reason: z.string() })),
  RestoreTestRequested: event("RestoreTestRequested", z.object(backup)),
  BackupTested: event("BackupTested", z.object({ ...backup, ...tested })),
  /** Nobody restores from it any more; its files, but for the segment of events, are deleted next. */
  BackupExpired: event("BackupExpired", z.object({ ...backup, files: z.array(z.string()) })),
  BackupDeleted: event("BackupDeleted", z.object({ ...backup, files: z.array(z.string()) })),
  RestoreBegun: event("RestoreBegun", z.object({ tenantId: TenantId, ...restore })),
  RestoreFinished: event("RestoreFinished", z.object({ tenantId: TenantId, ...restored })),
  TenantReleased: event("TenantReleased", z.object({ tenantId: TenantId })),
} as const;
export type BackupEvent = MessageOf<typeof backupEvents>;

/**
 * `unproven`: it was read back and compared, but never restored. `proven`: it was restored, and equal. `expired`: by the
 * retention policy; `deleted`: all but its segment of events is gone.
 */
export const BackupStatus = z
  .enum(["running", "failed", "unproven", "proven", "disproven", "expired", "deleted"])
  .meta({ id: "BackupStatus" });
export type BackupStatus = z.output<typeof BackupStatus>;

export const BackupView = z
  .object({
    tenantId: TenantId,
    backupId: BackupId,
    kind: BackupKind,
    status: BackupStatus,
    requestedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().optional(),
    files: z.array(BackupFile),
    events: z.int().optional(),
    upTo: Position.optional(),
    failure: z.string().optional(),
    /** When it was last restored to see whether it can be. */
    testedAt: z.iso.datetime().optional(),
    position: Position,
  })
  .meta({ id: "Backup" });
export type BackupView = z.output<typeof BackupView>;

export const backupQueries = {
  backups: query("backups", z.object({ tenantId: TenantId }), z.object({ items: z.array(BackupView) })),
  backup: query("backup", z.object(backup), BackupView),
} as const;
