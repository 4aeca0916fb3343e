import { connect } from "@nats-io/transport-node";
import { backupServerSettings, openBackupServer } from "@tradesage/backups";
import { connectEventStore } from "@tradesage/event-store";
import type { ProcessRecord } from "@tradesage/stack";
import { Redis } from "ioredis";
import { Client } from "pg";
import type { Health } from "./inspect-services.ts";

const DEADLINE_MS = 3_000;

/** How each server is asked for its version; that it answers is what shows it ready. */
const servers: Readonly<Record<string, (environment: Environment) => Promise<string>>> = {
  postgres: ({ DATABASE_URL = "" }) => postgresVersion(DATABASE_URL),
  nats: ({ NATS_URL = "" }) => natsVersion(NATS_URL),
  "event-store": ({ EVENTSTORE_URL = "" }) => eventStoreVersion(EVENTSTORE_URL),
  redis: ({ REDIS_URL = "" }) => redisVersion(REDIS_URL),
  ma130: backupServerVersion,
};
type Environment = Readonly<Record<string, string>>;

/** Asks all servers that the services use, whether they are the stack's own or named by environment. */
export function inspectServers(
  environment: Environment,
  records: readonly ProcessRecord[],
): Promise<readonly Health[]> {
  return Promise.all(
    Object.entries(servers).map(async ([name, version]) => {
      const record = records.find((candidate) => candidate.name === name);
      const known = {
        name,
        kind: "server",
        pid: record?.process?.pid ?? null,
        restarts: record?.restarts ?? null,
        lag: {},
      } as const;
      try {
        return { ...known, up: true, ready: true, version: await version(environment), failing: [] };
      } catch (error) {
        return { ...known, up: false, ready: false, version: null, failing: [(error as Error).message] };
      }
    }),
  );
}

async function postgresVersion(url: string): Promise<string> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: DEADLINE_MS,
    query_timeout: DEADLINE_MS,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ postgres: string; timescale: string | null }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS postgres,
              (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescale`,
    );
    const [row] = rows;
    return row?.timescale ? `${row.postgres} + TimescaleDB ${row.timescale}` : (row?.postgres ?? "");
  } finally {
    await client.end().catch(() => {});
  }
}

async function natsVersion(url: string): Promise<string> {
  const connection = await connect({ servers: url, timeout: DEADLINE_MS, reconnect: false });
  try {
    return connection.info?.version ?? "";
  } finally {
    await connection.close();
  }
}

/** The client tells no version; that it answers is what counts. */
async function eventStoreVersion(url: string): Promise<string> {
  const eventStore = connectEventStore({ connectionString: url });
  try {
    return `at ${await eventStore.head()}`;
  } finally {
    await eventStore.close();
  }
}

/** The protocol tells its own version only; how much room there is tells more. */
async function backupServerVersion(environment: Environment): Promise<string> {
  const server = openBackupServer(backupServerSettings.parse(environment));
  try {
    const free = await server.freeBytes();
    return free === undefined ? "SFTP 3" : `SFTP 3, ${Math.floor(free / 2 ** 30)} GiB free`;
  } finally {
    server.close();
  }
}

async function redisVersion(url: string): Promise<string> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: DEADLINE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  try {
    await redis.connect();
    return /^redis_version:(\S+)/m.exec(await redis.info("server"))?.[1] ?? "";
  } finally {
    redis.disconnect();
  }
}
