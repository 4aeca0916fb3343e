export { createKeyPair, fingerprintOf, type KeyPair } from "./keys.ts";
export { type EmbeddedOptions, type EmbeddedServer, startBackupServer } from "./start-backup-server.ts";
