export { BackupServerError, type BackupServerErrorCode } from "./backup-server-error.ts";
export {
  type BackupServer,
  type BackupServerOptions,
  connectBackupServer,
  type RemoteFile,
} from "./connect-backup-server.ts";
export { type Digest, digestOf } from "./transfer.ts";
