import { RetentionPolicy } from "@tradesage/contracts";
import { databaseUrl, eventStoreUrl, keysFolder, natsUrl, port } from "@tradesage/service-host";
import { Cron } from "croner";
import { z } from "zod";
import { NEVER } from "./schedule/schedule.ts";

const text = (expected: string) => z.string(expected).min(1, expected);

const schedule = z.string().refine(isCron, "expected a cron expression, such as 30 2 * * *, or never");

/** Where MA130 is, and how we are known there. */
export const backupServerSettings = z.object({
  MA130_HOST: text("expected the backup server's name or address"),
  MA130_PORT: port.default(22),
  MA130_USER: text("expected the account on the backup server"),
  /** A file with our private key. */
  MA130_KEY_FILE: text("expected the path of a private SSH key"),
  /** The server's key, pinned, as `ssh-keyscan … | ssh-keygen -lf -` prints it. */
  MA130_HOST_KEY: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "expected the server's key as SHA256:…"),
  MA130_FOLDER: text("expected the folder on the backup server").default("/"),
});

export const config = backupServerSettings.extend({
  DATABASE_URL: databaseUrl,
  EVENTSTORE_URL: eventStoreUrl,
  NATS_URL: natsUrl,
  /** Holds `master-key.json`. */
  TRADESAGE_KEYS: keysFolder,
  /** Where archives wait until they are sent: as much room as the largest tenant's archive needs. */
  BACKUP_SPOOL: text("expected a folder that archives are written to before they are sent"),
  /** When every tenant has a full backup: a cron expression, in UTC; `never` for never. */
  BACKUP_SCHEDULE: schedule.default("30 2 * * *"),
  /** When every tenant has an incremental one. */
  BACKUP_INCREMENTAL_SCHEDULE: schedule.default("0 * * * *"),
  /** When the newest backup of every tenant is restored to see that it can be. */
  BACKUP_TEST_SCHEDULE: schedule.default("30 4 * * *"),
  /** How many of the newest backups, and of how many hours, days, weeks and months one, are kept, such as `hourly=48,daily=14`; or `all`. */
  BACKUP_KEEP: z.string().default("newest=24,hourly=48,daily=14,weekly=8,monthly=24").transform(asPolicy),
  /** The tenants' backups are spread over so many seconds. */
  BACKUP_SPREAD_SECONDS: z.coerce.number().int().min(0).max(86_400).default(3600),
});

function asPolicy(text: string, context: z.RefinementCtx): RetentionPolicy | undefined {
  if (text === "all") return undefined;
  const pairs = text.split(",").map((pair) => pair.split("="));
  const given = Object.fromEntries(pairs.map(([name = "", count]) => [name.trim(), Number(count || Number.NaN)]));
  const parsed = RetentionPolicy.strict().safeParse({
    ...{ newest: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 },
    ...given,
  });
  if (parsed.success) return parsed.data;
  context.addIssue("expected how many are kept, such as newest=24,hourly=48,daily=14,weekly=8,monthly=24, or all");
  return z.NEVER;
}

function isCron(expression: string): boolean {
  if (expression === NEVER) return true;
  try {
    return new Cron(expression, { paused: true }).nextRun() !== undefined;
  } catch {
    return false;
  }
}
