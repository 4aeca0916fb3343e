import { connect } from "@nats-io/transport-node";
import { connectEventStore } from "@tradesage/event-store";
import type { ProcessRecord } from "@tradesage/stack";
import { Redis } from "ioredis";
import { Client } from "pg";
import type { Health } from "./inspect-services.ts";

const DEADLINE_MS = 3_000;

/** How each server is asked for its version; that it answers is what shows it ready. */
const servers: Readonly<Record<string, { variable: string; version: (url: string) => Promise<string> }>> = {
  postgres: { variable: "DATABASE_URL", version: postgresVersion },
  nats: { variable: "NATS_URL", version: natsVersion },
  "event-store": { variable: "EVENTSTORE_URL", version: eventStoreVersion },
  redis: { variable: "REDIS_URL", version: redisVersion },
};

/** Asks all servers that the services use, whether they are the stack's own or named by environment. */
export function inspectServers(
  environment: Readonly<Record<string, string>>,
  records: readonly ProcessRecord[],
): Promise<readonly Health[]> {
  return Promise.all(
    Object.entries(servers).map(async ([name, { variable, version }]) => {
      const record = records.find((candidate) => candidate.name === name);
      const known = {
        name,
        kind: "server",
        pid: record?.process?.pid ?? null,
        restarts: record?.restarts ?? null,
        lag: {},
      } as const;
      try {
        return { ...known, up: true, ready: true, version: await version(environment[variable] ?? ""), failing: [] };
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
