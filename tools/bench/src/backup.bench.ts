import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  backupServerSettings,
  openBackupServer,
  type Restored,
  type RestoreOptions,
  restoreTenant,
} from "@tradesage/backups";
import { backupEvents, streams, subjects } from "@tradesage/contracts";
import { connectEventStore } from "@tradesage/event-store";
import { connectBus } from "@tradesage/message-bus";
import { connectPostgres } from "@tradesage/postgres";
import { loadTenantKeys } from "@tradesage/secrets";
import { startStack } from "@tradesage/stack";
import { type Measured, measured } from "./backup/processor-time.ts";
import { stockTools } from "./backup/stock-tools.ts";
import { makeTenant } from "./backup/subject.ts";
import { machine, percent, rate, reportTable } from "./report.ts";

const help = `A tenant's backup and restore beside pg_dump and pg_restore of the same rows, in one run: ticks, and events as rows of a
table with the keys that the event store has.

  --ticks N     how many the tenant has (5000000)
  --events N    how many events (500000)
`;

/** What each side does, told with the figures. */
const ways = `
backup: events linked by SHA-256, rows summed up, zstd 3, sealed (AES-256-GCM), SFTP, read back and compared
pg_dump: directory format, two jobs, zstd 3, onto the local disk
restore: the other way; each event held against its link and appended to the event store, rows summed up and compared
pg_restore: two jobs, into plain tables with the same keys

`;
const TENANT = "bench";
const BACKUP_WITHIN_MS = 600_000;
/** A machine that others share may be slow to take a large append. */
const PATIENCE_MS = 60_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ticks: { type: "string", default: "5000000" },
      events: { type: "string", default: "500000" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const [ticks, events] = [Number(values.ticks), Number(values.events)];
  const folder = await mkdtemp(join(tmpdir(), "tradesage-bench-"));
  const never = { BACKUP_SCHEDULE: "never", BACKUP_INCREMENTAL_SCHEDULE: "never", BACKUP_TEST_SCHEDULE: "never" };
  const stack = await startStack({ dir: folder, portBase: "free", services: ["backups"], env: never });
  const url = stack.urls.database;
  const postgres = connectPostgres({ url, applicationName: "bench", patient: true });
  const eventStore = connectEventStore({ connectionString: stack.urls.eventStore, appendDeadlineMs: PATIENCE_MS });
  const bus = await connectBus({ url: stack.urls.nats, name: "bench" });
  const server = openBackupServer(backupServerSettings.parse(stack.env));
  const keys = await loadTenantKeys(stack.keysFolder);
  try {
    await stack.waitReady();
    await makeTenant({ postgres, eventStore }, TENANT, { ticks, events });

    async function backUp(): Promise<void> {
      const id = randomUUID();
      const after = await eventStore.head();
      const ids = { idempotencyKey: id, correlation: id, at: new Date().toISOString() };
      await bus.request(subjects.command("backups", TENANT, "RequestBackup", TENANT), {
        ...{ command: "RequestBackup", tenant: TENANT, actor: "bench", ...ids },
        data: { tenantId: TENANT, backupId: `b-${id.slice(0, 8)}`, kind: "full" },
      });
      const end = AbortSignal.timeout(BACKUP_WITHIN_MS);
      const told = { after, signal: end, streamPrefixes: [streams.backups(TENANT)] } as const;
      for await (const delivery of eventStore.subscribeToAll(told)) {
        if (delivery.kind !== "event") continue;
        if (delivery.event.type === backupEvents.BackupCompleted.name) return;
        if (delivery.event.type === backupEvents.BackupFailed.name) break;
      }
      throw new Error("the backup failed, or was not there in time");
    }
    const measure = (work: () => Promise<unknown>) => measured(stack, work);
    const common = { server, keys, postgres, eventStore, source: TENANT, from: "backup" } as const;
    const backup = await measure(backUp);
    const bytes = (await server.list()).reduce((all, file) => all + file.bytes, 0);
    const stock = await stockTools({ postgres, eventStore, url }, TENANT, folder, measure);
    const restored: Restored[] = [];
    const restoring = (to: Pick<RestoreOptions, "target" | "until">) =>
      measure(async () => void restored.push(await restoreTenant({ ...common, ...to })));
    const restore = await restoring({ target: "restored" });
    const half = await middleOf(eventStore, events / 2);
    const toMoment = await restoring({ target: "then", until: { position: half } });

    const all = ticks + events;
    const row = (name: string, { took, processor }: Measured, peer: Measured, size: number) => [
      ...[name, took.toFixed(1), rate(all / took), (size / took / 1e6).toFixed(1), percent(peer.took, took)],
      ...[processor.toFixed(1), percent(peer.processor, processor)],
    ];
    const rows = [
      row("backup", backup, stock.dump, bytes),
      row("pg_dump", stock.dump, stock.dump, stock.bytes),
      row("restore", restore, stock.restore, bytes),
      row("pg_restore", stock.restore, stock.restore, stock.bytes),
    ];
    const headings = ["way", "s", "rows/s", "compressed MB/s", "speed", "processor s", "by it"];
    const paces = restored.map(({ events, rows, seconds }) => {
      const loaded = Object.values(rows).reduce((sum, table) => sum + Number(table.rows), 0);
      const rowsASecond = rate(loaded / (seconds.history + seconds.tables));
      return `${rate(events / seconds.history)} events/s and, beside them, ${rowsASecond} rows/s`;
    });
    process.stdout.write(
      `\n${reportTable(headings, rows)}\n${ways}` +
        `restore: ${paces[0]}\nto the moment of half of the events: ${toMoment.took.toFixed(1)} s; ${paces[1]}\n` +
        `\nprocessor time and memory\n  backup: ${backup.by}\n  restore: ${restore.by}\n  to a moment: ${toMoment.by}\n` +
        `${rate(ticks)} ticks, ${rate(events)} events; ${machine()}\n`,
    );
  } finally {
    server.close();
    await Promise.all([bus.close(), postgres.close(), eventStore.close()]);
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The position of the tenant's event of this number. */
async function middleOf(eventStore: ReturnType<typeof connectEventStore>, number: number): Promise<bigint> {
  let seen = 0;
  for await (const { position } of eventStore.readAll({ streamPrefixes: [`${TENANT}-`] }))
    if (++seen >= number) return position;
  throw new Error("there are fewer events");
}
