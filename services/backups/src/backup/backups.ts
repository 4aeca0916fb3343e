import { type BackupCommand, type BackupEvent, type BackupId, type BackupKind, refuse } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";
import { CHAIN_START } from "@tradesage/event-chain";
import { expired, type Restorable } from "./retention.ts";

/** Where a tenant's shipped history ends: the position, and the link of the chain there. */
export interface Shipped {
  readonly upTo: string;
  readonly chainHead: string;
  /** Where its shipped ticks end, and the shape of the tables that they are for; none before the first full backup. */
  readonly ticks?: { readonly upTo: string; readonly shape: string };
}

/** Nothing is shipped yet; the chain begins with 32 zero bytes. */
const nothingShipped: Shipped = { upTo: "0", chainHead: CHAIN_START };

export interface Backups {
  /** The backup that is under way: one at a time, for each goes on where the last one ended. */
  readonly running: { readonly backupId: BackupId; readonly kind: BackupKind } | undefined;
  readonly shipped: Shipped;
  readonly finished: ReadonlySet<BackupId>;
  /** Those that can be restored, the oldest first. */
  readonly kept: readonly Restorable[];
  /** Those whose files are about to be deleted. */
  readonly expired: ReadonlyMap<BackupId, readonly string[]>;
  /** Whether the tenant was restored, and whether it may trade: `restoring`, then `held` until it is released. */
  readonly hold: "none" | "restoring" | "held";
}

/** The backups of one tenant. */
export const backups: Decider<Backups, BackupCommand, BackupEvent> = {
  initialState: {
    running: undefined,
    shipped: nothingShipped,
    finished: new Set(),
    kept: [],
    expired: new Map(),
    hold: "none",
  },

  evolve(state, event) {
    if (event.type === "RestoreBegun") return { ...state, hold: "restoring" };
    if (event.type === "RestoreFinished") return { ...state, hold: "held" };
    if (event.type === "TenantReleased") return { ...state, hold: "none" };
    const { backupId } = event.data;
    switch (event.type) {
      case "BackupRequested":
        return { ...state, running: { backupId, kind: event.data.kind } };
      case "BackupCompleted": {
        const { upTo, chainHead, startedAt, snapshot, ticks, ticksUpTo, shape } = event.data;
        const kind = snapshot ? "full" : "incremental";
        const files = [snapshot, ticks].flatMap((file) => file?.path ?? []);
        const taken = { backupId, kind, at: startedAt, files, proven: false } as const;
        return {
          ...state,
          running: undefined,
          shipped: { upTo, chainHead, ...(ticksUpTo && shape && { ticks: { upTo: ticksUpTo, shape } }) },
          finished: new Set([...state.finished, backupId]),
          kept: [...state.kept, taken],
        };
      }
      case "BackupFailed":
        return { ...state, running: undefined, finished: new Set([...state.finished, backupId]) };
      case "RestoreTestRequested":
        return state;
      case "BackupTested": {
        const { equal } = event.data;
        const tested = (one: Restorable) => (one.backupId === backupId ? { ...one, proven: equal } : one);
        return { ...state, kept: state.kept.map(tested) };
      }
      case "BackupExpired":
        return {
          ...state,
          kept: state.kept.filter((one) => one.backupId !== backupId),
          expired: new Map([...state.expired, [backupId, event.data.files]]),
        };
      case "BackupDeleted":
        return { ...state, expired: new Map([...state.expired].filter(([id]) => id !== backupId)) };
    }
  },

  decide({ type, data }, state) {
    const { running, shipped, finished, hold } = state;
    // Begun again is gone on with: one that died has left what it had written.
    if (type === "BeginRestore") return [{ type: "RestoreBegun", data }];
    if (type === "FinishRestore") return hold === "restoring" ? [{ type: "RestoreFinished", data }] : [];
    if (type === "ReleaseTenant") {
      if (hold === "restoring") return refuse("RESTORE_RUNNING");
      return hold === "held" ? [{ type: "TenantReleased", data }] : refuse("TENANT_NOT_HELD");
    }
    if (type === "ApplyRetention")
      return expired(state.kept, data.policy).map(({ backupId, files }) => ({
        type: "BackupExpired",
        data: { tenantId: data.tenantId, backupId, files: [...files] },
      }));
    const isRunning = running?.backupId === data.backupId;
    switch (type) {
      case "RequestBackup":
        if (isRunning || finished.has(data.backupId)) return refuse("BACKUP_EXISTS");
        if (running) return refuse("BACKUP_RUNNING", `The backup ${running.backupId} is under way`, { ...running });
        return [{ type: "BackupRequested", data }];
      case "RecordBackup":
        if (!isRunning) return [];
        if (data.after !== shipped.upTo) throw new Error(`${data.backupId} does not begin where the last one ended`);
        return [{ type: "BackupCompleted", data }];
      case "RecordBackupFailure":
        return isRunning ? [{ type: "BackupFailed", data }] : [];
      case "RecordBackupDeletion": {
        const files = state.expired.get(data.backupId);
        return files ? [{ type: "BackupDeleted", data: { ...data, files: [...files] } }] : [];
      }
      case "RequestRestoreTest":
        return state.kept.some(({ backupId }) => backupId === data.backupId)
          ? [{ type: "RestoreTestRequested", data }]
          : refuse("BACKUP_NOT_FOUND");
      case "RecordRestoreTest":
        return finished.has(data.backupId) ? [{ type: "BackupTested", data }] : refuse("BACKUP_NOT_FOUND");
    }
  },
};
