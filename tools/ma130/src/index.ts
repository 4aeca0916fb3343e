export { createKeyPair, type KeyPair } from "./create-key-pair.ts";
export { type EmbeddedOptions, type EmbeddedServer, startBackupServer } from "./start-backup-server.ts";
