import { randomBytes } from "node:crypto";
import pg from "pg";
import { connectPostgres, migratePlatform, type Postgres } from "../src/index.ts";

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly postgres: Postgres;
  /** Statements as the connecting role, outside of all scopes. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends every connection of the product to it, at once, as a crash of Postgres would. */
  terminateBackends(): Promise<number>;
  /** A tenant's name that no other test uses: roles are shared by all databases of a server. */
  uniqueTenant(): string;
}

/** A database of its own on the server of `DATABASE_URL`, with the platform's schema; dropped, with its roles, on disposal. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env["DATABASE_URL"];
  if (server === undefined) throw new Error("DATABASE_URL names no server to test against");
  const name = `test_${randomBytes(6).toString("hex")}`;
  const admin = new pg.Client({ connectionString: server, application_name: "test-support" });
  admin.on("error", () => undefined);
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const postgres = connectPostgres({ url: url.href, applicationName: "test" });
  await migratePlatform(postgres);
  const direct = new pg.Client({ connectionString: url.href, application_name: "test-support" });
  direct.on("error", () => undefined);
  await direct.connect();

  async function terminateBackends(): Promise<number> {
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and backend_type = 'client backend' and application_name <> 'test-support'`,
      [name],
    );
    return rowCount ?? 0;
  }

  return {
    url: url.href,
    postgres,
    query: async (sql, values) => (await direct.query(sql, values)).rows,
    terminateBackends,
    uniqueTenant: () => `t${randomBytes(6).toString("hex")}`,
    async [Symbol.asyncDispose]() {
      await postgres.close();
      const roles = await direct.query<{ role: string }>(
        "select nspowner::regrole::text as role from pg_namespace where nspname similar to '(tenant|spare)\\_%'",
      );
      await direct.end();
      await terminateBackends();
      // Not "with (force)", which fails where autovacuum is at work: it may not be ended by us. This waits for it, at most 5 s.
      await admin.query(`drop database ${name}`);
      for (const { role } of roles.rows) await admin.query(`drop role if exists ${role}`);
      await admin.end();
    },
  };
}
