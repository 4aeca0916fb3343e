import { PLATFORM, type TenantId } from "@tradesage/contracts";
import type { Logger } from "@tradesage/telemetry";
import type { Transaction } from "kysely";
import pg, { type PoolClient } from "pg";
import { isUnavailable, PostgresUnavailable, stateOf, TenantNotProvisioned } from "./errors.ts";
import { kyselyOver } from "./kysely-over.ts";
import { platformScope, type ScopeNames, tenantScope } from "./scope.ts";
import type { PlatformTables, TenantTables } from "./tables.ts";

export interface PostgresOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Default 10. */
  readonly maxConnections?: number;
  readonly logger?: Logger;
  /** Statements may take as long as they take: for copying whole tenants. */
  readonly patient?: boolean;
}

export interface TransactionOptions {
  /** One unchanging view of the data for all statements (REPEATABLE READ). */
  readonly snapshot?: boolean;
  /** Nothing can be written. */
  readonly readOnly?: boolean;
}

type Work<Tables, Result> = (db: Transaction<Tables>, client: PoolClient) => Promise<Result>;

/**
 * Postgres, by transactions only, each inside one wall: role, search path and `app.tenant` are set for the transaction
 * and end with it, so that a pooled connection (also PgBouncer's in transaction mode) carries nothing over.
 * `client` is the connection under `db`, for COPY in the same transaction.
 * Every method throws PostgresUnavailable when the server cannot be reached or goes away.
 */
export interface Postgres {
  /** Works in the schema `platform`, under its role. */
  platform<Result>(work: Work<PlatformTables, Result>, options?: TransactionOptions): Promise<Result>;
  /**
   * Works in the tenant's schema, under its role, which sees no other tenant.
   * @throws TenantNotProvisioned while there is no such role or schema.
   */
  tenant<Result>(tenant: TenantId, work: Work<TenantTables, Result>, options?: TransactionOptions): Promise<Result>;
  /** Works as the connecting role, with no schema and no tenant: to make roles and schemas, never to read rows. */
  owner<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result>;
  /** Resolves when the server answers. */
  ping(): Promise<void>;
  /** Waits for what is running, then disconnects. */
  close(): Promise<void>;
}

const CONNECT_WITHIN_MS = 5_000;
/** The server ends a statement first; the client gives up on a server that does not even say so. */
const STATEMENT_WITHIN_MS = 30_000;
const ANSWER_WITHIN_MS = 35_000;
/** A client that hangs inside a transaction must not keep its locks. */
const IDLE_IN_TRANSACTION_MS = 60_000;
const LIMITS = {
  statement_timeout: STATEMENT_WITHIN_MS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
};
type Limits = Readonly<Record<keyof typeof LIMITS, number>>;
const NO_LIMITS: Limits = { statement_timeout: 0, idle_in_transaction_session_timeout: 0 };
const ROLLBACK_WITHIN_MS = 2_000;

/** Connects when first used. Times come as ISO 8601 strings in UTC, `numeric` and `bigint` as strings. */
export function connectPostgres(options: PostgresOptions): Postgres {
  const { url, applicationName, maxConnections = 10, logger, patient = false } = options;
  const limits = patient ? NO_LIMITS : LIMITS;
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    ...(!patient && { query_timeout: ANSWER_WITHIN_MS }),
    keepAlive: true,
    types,
  });
  const lost = (error: Error) => logger?.warn({ err: error }, "a connection to Postgres was lost");
  // Without listeners an error on a connection, idle or in use, ends the process.
  pool.on("error", lost);
  pool.on("connect", (client) => client.on("error", lost));

  /** A connection with its transaction begun. One that died unnoticed in the pool is dropped for the next. */
  async function beginOn(begin: string): Promise<PoolClient> {
    for (let attempt = 0; ; attempt++) {
      let client: PoolClient | undefined;
      try {
        client = await pool.connect();
        await client.query(begin);
        return client;
      } catch (cause) {
        const dead = isUnavailable(cause);
        client?.release(dead || !(await rolledBack(client)));
        if (!dead) throw cause;
        if (!client || attempt >= maxConnections)
          throw new PostgresUnavailable("Postgres cannot be reached", { cause });
      }
    }
  }

  async function inTransaction<Result>(begin: string, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await beginOn(begin);
    let broken = false;
    try {
      const result = await work(client);
      // After a failed statement whose error was swallowed, COMMIT answers ROLLBACK and raises nothing.
      const { command } = await client.query("commit");
      if (command !== "COMMIT") throw new Error("the transaction was aborted by an earlier statement");
      return result;
    } catch (error) {
      broken = isUnavailable(error) || !(await rolledBack(client));
      if (isUnavailable(error)) throw new PostgresUnavailable("Postgres went away", { cause: error });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async function inScope<Tables, Result>(
    names: ScopeNames,
    work: Work<Tables, Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    try {
      return await inTransaction(beginIn(names, options, limits), (client) => work(kyselyOver<Tables>(client), client));
    } catch (error) {
      if (names.scope !== PLATFORM && missingScope.has(stateOf(error) ?? "")) {
        throw new TenantNotProvisioned(names.scope, { cause: error });
      }
      throw error;
    }
  }

  return {
    platform: (work, options) => inScope(platformScope, work, options),
    tenant: async (tenant, work, options) => inScope(tenantScope(tenant), work, options),
    owner: (work) => inTransaction(begin({}, {}, limits), work),
    ping: () => inTransaction(begin({}, {}, limits), async () => undefined),
    close: () => pool.end(),
  };
}

/** `22023`: there is no such role. `3F000`: there is no such schema. */
const missingScope = new Set(["22023", "3F000"]);

/**
 * Begins a transaction inside a scope in one round trip. A search path with a missing schema is no error to Postgres;
 * the cast to `regnamespace` is.
 */
function beginIn({ scope, schema, role }: ScopeNames, options: TransactionOptions, limits: Limits): string {
  const settings = { role, search_path: `${schema}, public`, "app.tenant": scope };
  return `${begin(settings, options, limits)}; select '${schema}'::regnamespace`;
}

/** Settings go by `set_config(…, true)`: they end with the transaction. None is a startup parameter, which PgBouncer refuses. */
function begin(
  settings: Readonly<Record<string, string>>,
  { snapshot, readOnly }: TransactionOptions,
  limits: Limits,
): string {
  const all = { ...limits, ...settings };
  const calls = Object.entries(all).map(([name, value]) => `set_config('${name}', '${value}', true)`);
  const isolation = snapshot ? " isolation level repeatable read" : "";
  const access = readOnly ? " read only" : "";
  return `begin${isolation}${access}; select ${calls.join(", ")}`;
}

async function rolledBack(client: PoolClient): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ROLLBACK_WITHIN_MS, false);
  const rollback = client.query("rollback").then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([rollback, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Times and days as ISO 8601 has them, where the driver would make dates of them in the machine's time zone. */
const isoTexts: Readonly<Record<number, (text: string) => string>> = {
  [pg.types.builtins.TIMESTAMPTZ]: (text) => new Date(text).toISOString(),
  [pg.types.builtins.DATE]: (text) => text,
};
const types = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    (format !== "binary" && isoTexts[oid]) || pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};
