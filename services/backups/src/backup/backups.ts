import { type BackupCommand, type BackupEvent, type BackupId, type BackupKind, refuse } from "@tradesage/contracts";
import type { Decider } from "@tradesage/decider";

/** Where a tenant's shipped history ends: the position, and the link of the chain there. */
export interface Shipped {
  readonly upTo: string;
  readonly chainHead: string;
}

/** Nothing is shipped yet; the chain begins with 32 zero bytes. */
export const nothingShipped: Shipped = { upTo: "0", chainHead: "0".repeat(64) };

export interface Backups {
  /** The backup that is under way: one at a time, for each goes on where the last one ended. */
  readonly running: { readonly backupId: BackupId; readonly kind: BackupKind } | undefined;
  readonly shipped: Shipped;
  readonly finished: ReadonlySet<BackupId>;
}

/** The backups of one tenant. */
export const backups: Decider<Backups, BackupCommand, BackupEvent> = {
  initialState: { running: undefined, shipped: nothingShipped, finished: new Set() },

  evolve(state, event) {
    const { backupId } = event.data;
    switch (event.type) {
      case "BackupRequested":
        return { ...state, running: { backupId, kind: event.data.kind } };
      case "BackupCompleted": {
        const { upTo, chainHead } = event.data;
        return { running: undefined, shipped: { upTo, chainHead }, finished: new Set([...state.finished, backupId]) };
      }
      case "BackupFailed":
        return { ...state, running: undefined, finished: new Set([...state.finished, backupId]) };
      case "BackupTested":
        return state;
    }
  },

  decide({ type, data }, { running, shipped, finished }) {
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
      case "RecordRestoreTest":
        return finished.has(data.backupId) ? [{ type: "BackupTested", data }] : refuse("BACKUP_NOT_FOUND");
    }
  },
};
