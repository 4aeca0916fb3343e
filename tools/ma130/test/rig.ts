import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BackupKind, type CommandReply, type JsonObject, streams, subjects } from "@tradesage/contracts";
import { connectEventStore, type EventStore, type RecordedEvent } from "@tradesage/event-store";
import { startEventStoreServer } from "@tradesage/event-store/server";
import { type Bus, connectBus, ensureStreams } from "@tradesage/message-bus";
import { connectPostgres, type Postgres, provisionTenantSchema } from "@tradesage/postgres";
import { createTestDatabase } from "@tradesage/postgres/test-support";
import { createMasterKey } from "@tradesage/secrets";
import { until } from "@tradesage/until";
import { createKeyPair, startBackupServer } from "../src/index.ts";

const main = fileURLToPath(new URL("../../../services/backups/src/main.ts", import.meta.url));

/** The process that backs up, its servers and a backup server, all of its own. */
export interface Rig {
  readonly eventStore: EventStore;
  readonly postgres: Postgres;
  readonly environment: NodeJS.ProcessEnv;
  /** A tenant with a schema and a history. */
  tenant(id: string): Promise<void>;
  /** Starts the process; one that runs is killed first (`kill -9`). */
  start(settings?: NodeJS.ProcessEnv): Promise<void>;
  kill(): Promise<void>;
  /** Requests a backup and gives its id once it has ended. */
  backUp(tenant: string, kind: BackupKind): Promise<string>;
  /** Gives a command to the process, until it answers. */
  command(name: string, tenant: string, data: JsonObject): Promise<CommandReply>;
  /** Adds an event to the tenant's own stream. */
  event(tenant: string, type: string, data: JsonObject): Promise<void>;
  /** Puts so many ticks, one a second, behind those that the tenant has. */
  ticks(tenant: string, symbol: string, count: number): Promise<void>;
  /** What is told of a tenant's backups, by type. */
  told(tenant: string, type: string): Promise<readonly RecordedEvent[]>;
  /** Files of a tenant on the backup server. */
  files(tenant: string): readonly string[];
  readFile(name: string): Buffer;
  changeFile(name: string, change: (bytes: Buffer) => Buffer): void;
  removeFile(name: string): void;
  stop(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "backups-"));
  const database = await createTestDatabase();
  const events = await startEventStoreServer({ port: 0, inMemory: true });
  const eventStore = connectEventStore({ connectionString: events.connectionString });
  const postgres = connectPostgres({ url: database.url, applicationName: "backups-test" });
  const bus: Bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "backups-test" });
  await ensureStreams(bus);
  await createMasterKey(folder);
  const [host, own] = [createKeyPair(), createKeyPair()];
  const shelf = join(folder, "ma130");
  const server = await startBackupServer({
    ...{ folder: shelf, port: 0, hostKey: host.privateKey, authorizedKey: own.publicKey },
  });
  writeFileSync(join(folder, "key"), own.privateKey, { mode: 0o600 });
  const environment = {
    ...process.env,
    ...{ DATABASE_URL: database.url, EVENTSTORE_URL: events.connectionString, MANAGEMENT_PORT: "0" },
    ...{ MA130_HOST: "127.0.0.1", MA130_PORT: String(server.port), MA130_USER: "tradesage", LOG_LEVEL: "warn" },
    ...{ MA130_KEY_FILE: join(folder, "key"), MA130_HOST_KEY: server.fingerprint, TRADESAGE_KEYS: folder },
    ...{
      BACKUP_SPOOL: join(folder, "spool"),
      BACKUP_SCHEDULE: "never",
      BACKUP_INCREMENTAL_SCHEDULE: "never",
      BACKUP_TEST_SCHEDULE: "never",
    },
  };
  let service: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (!service || service.exitCode !== null || service.signalCode !== null) return;
    const exited = once(service, "exit");
    service.kill("SIGKILL");
    await exited;
  }

  const told = async (tenant: string, type: string) => {
    const all = await Array.fromAsync(eventStore.readStream(streams.backups(tenant)));
    return all.filter((event) => event.type === type);
  };

  const command: Rig["command"] = async (name, tenant, data) => {
    const key = randomUUID();
    const ids = { actor: "test", idempotencyKey: key, correlation: key, at: new Date().toISOString() };
    const envelope = { command: name, data: { tenantId: tenant, ...data }, tenant, ...ids };
    const subject = subjects.command("backups", tenant, name, tenant);
    // Nobody serves while the process starts.
    return until(
      "an answer",
      async () => (await bus.request(subject, envelope).catch(() => undefined)) as CommandReply,
    );
  };

  const append: Rig["event"] = async (tenant, type, data) => {
    const at = new Date().toISOString();
    const metadata = { tenant, actor: "test", correlation: "test", command: "test", digest: "", schema: 1, at };
    const newest = await Array.fromAsync(
      eventStore.readStream(streams.tenant(tenant), { direction: "backwards", limit: 1 }),
    );
    const event = { id: randomUUID(), type, metadata, data: { tenantId: tenant, ...data } };
    await eventStore.append(streams.tenant(tenant), [event], newest[0]?.revision ?? "no_stream");
  };

  return {
    eventStore,
    postgres,
    environment,
    async tenant(id) {
      await provisionTenantSchema(postgres, id, "trading");
      await append(id, "TenantRequested", { name: id, template: "trading" });
      await append(id, "TenantActivated", {});
    },
    command,
    event: append,
    async ticks(tenant, symbol, count) {
      await postgres.tenant(tenant, async (_, client) => {
        await client.query("insert into feeds (symbol) values ($1) on conflict do nothing", [symbol]);
        const newest = "(select coalesce(max(time), '2026-01-15') as time from ticks)";
        const feed = await client.query<{ feed: number; time: string }>(
          `select feed, time from feeds, ${newest} newest where symbol = $1`,
          [symbol],
        );
        const { feed: of, time } = feed.rows[0] ?? { feed: 0, time: "" };
        const times = "select $1::timestamptz + n * interval '1 second' as time, n from generate_series(1, $2::int) n";
        await client.query(
          `insert into ticks select time, 1.1 + n * 0.0001, 1.2, 0, 0, $3, 0, 6, 0, 0, false from (${times}) t`,
          [time, count, of],
        );
        // As market data notes what it writes.
        await client.query(
          `insert into tick_changes select distinct last_value, $3::int, time_bucket('1 hour', time) from (${times}) t,
             tick_changes_epoch on conflict do nothing`,
          [time, count, of],
        );
      });
    },
    async start(settings = {}) {
      await kill();
      service = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
        ...{ stdio: ["ignore", "ignore", "inherit"], env: { ...environment, ...settings } },
      });
    },
    kill,
    async backUp(tenant, kind) {
      const backupId = `b-${randomUUID().slice(0, 8)}`;
      await command("RequestBackup", tenant, { backupId, kind });
      const isOf = ({ data }: RecordedEvent) => (data as { backupId: string }).backupId === backupId;
      await until(`the end of ${backupId}`, async () => (await told(tenant, "BackupCompleted")).some(isOf));
      return backupId;
    },
    told,
    files: (tenant) =>
      existsSync(shelf)
        ? readdirSync(shelf, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(`backup_${tenant}_`))
        : [],
    readFile: (name) => readFileSync(join(shelf, name)),
    changeFile: (name, change) => writeFileSync(join(shelf, name), change(readFileSync(join(shelf, name)))),
    removeFile: (name) => rmSync(join(shelf, name)),
    async stop() {
      await kill();
      await Promise.all([bus.close(), postgres.close(), eventStore.close(), server.close()]);
      await events.close();
      await database[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
