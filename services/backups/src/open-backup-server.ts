import { readFileSync } from "node:fs";
import { type BackupServer, connectBackupServer } from "@tradesage/backup-server";
import type { Logger } from "@tradesage/telemetry";
import type { z } from "zod";
import type { backupServerSettings } from "./config.ts";

/** The backup server that the settings name. Throws where our key cannot be read. */
export const openBackupServer = (settings: z.output<typeof backupServerSettings>, logger?: Logger): BackupServer =>
  connectBackupServer({
    host: settings.MA130_HOST,
    port: settings.MA130_PORT,
    user: settings.MA130_USER,
    privateKey: readFileSync(settings.MA130_KEY_FILE, "utf8"),
    hostKey: settings.MA130_HOST_KEY,
    folder: settings.MA130_FOLDER,
    ...(logger && { logger }),
  });
