export { backupServerSettings } from "./config.ts";
export { openBackupServer } from "./open-backup-server.ts";
export { backedUpEvents } from "./restore/backed-up-events.ts";
export type { FoundArchive } from "./restore/find-archives.ts";
export { historyHead } from "./restore/history-head.ts";
export { record } from "./restore/record.ts";
export { RestoreError, type RestoreErrorCode } from "./restore/restore-error.ts";
export { type InPlaceOptions, type RestoredInPlace, restoreInPlace } from "./restore/restore-in-place.ts";
export { planRestore, type Restored, type RestoreOptions, restoreTenant } from "./restore/restore-tenant.ts";
