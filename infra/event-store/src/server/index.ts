export { type EventStoreServer, type EventStoreServerOptions, startEventStoreServer } from "./start.ts";
export { type BackedUp, type BackupProgress, backupEventStore } from "./storage/backup.ts";
export { type Compacted, type CompactProgress, compactEventStore } from "./storage/compact.ts";
export { type DataErrorCode, EventStoreDataError } from "./storage/data-error.ts";
