import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Layout } from "../layout.ts";
import { commandOf, identityOf } from "../process/identity.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { asNobody } from "../process/unprivileged.ts";
import { StackError } from "../stack-error.ts";
import { makeDataFolder, native, nativeProgram } from "./native.ts";

const run = promisify(execFile);
const bin = "lib/postgresql/17/bin";
const preload = "shared_preload_libraries=timescaledb,pg_stat_statements";

/** Given at every start and not written into the data folder, so that a change here reaches data that exists. */
const settings = (port: number): readonly string[] => [
  `port=${port}`,
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=", // no socket: its path could outgrow the kernel's 107 bytes
  preload,
  "timescaledb.telemetry_level=off",
  "max_connections=200",
  "max_locks_per_transaction=256", // a lock for every chunk of a hypertable that a statement touches
  "max_wal_size=2GB",
  "log_timezone=UTC",
  "log_line_prefix=%m [%p] %q%u@%d ",
];

/**
 * Postgres with TimescaleDB. What connects is `tradesage`: no superuser, so that row security binds it, but it may
 * create roles (and take them on) and databases.
 */
export async function postgres(
  layout: Layout,
  port: number,
): Promise<{ url: string; description: ProcessDescription }> {
  const data = join(layout.data, "postgres");
  const passwordFile = join(layout.keys, "postgres-password");
  if (!existsSync(data)) await createCluster(data, passwordFile);
  const password = readPassword(passwordFile);
  return {
    url: `postgres://tradesage:${password}@127.0.0.1:${port}/tradesage`,
    description: {
      name: "postgres",
      ports: { postgres: port },
      ...native(`${bin}/postgres`, ["-D", data, ...settings(port).flatMap((setting) => ["-c", setting])]),
      stopSignal: "SIGINT", // fast: it does not wait for its clients to go
      prepare: async () => removeMisleadingPidFile(data),
      isReady: async () => {
        await run(nativeProgram(`${bin}/pg_isready`), ["-q", "-h", "127.0.0.1", "-p", String(port)], { timeout: 2000 });
        return true;
      },
    },
  };
}

/** Makes the cluster beside its place and moves it there when it is whole: a start that is cut short leaves nothing. */
async function createCluster(data: string, passwordFile: string): Promise<void> {
  const fresh = `${data}.new`;
  rmSync(fresh, { recursive: true, force: true });
  makeDataFolder(fresh);
  await runNative("initdb", [
    `--pgdata=${fresh}`,
    "--username=postgres",
    "--auth=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
  ]);
  // Nobody gets in but by a password, and `postgres`, the superuser, has none.
  writeFileSync(join(fresh, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
  const password = randomBytes(24).toString("base64url");
  await runStatements(fresh, "postgres", [
    `CREATE ROLE tradesage LOGIN CREATEROLE CREATEDB PASSWORD '${password}'`,
    "ALTER ROLE tradesage SET createrole_self_grant = 'set, inherit'",
    "GRANT pg_monitor TO tradesage",
    "CREATE DATABASE tradesage OWNER tradesage",
  ]);
  await runStatements(fresh, "tradesage", ["CREATE EXTENSION timescaledb", "CREATE EXTENSION pg_stat_statements"]);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  renameSync(fresh, data);
}

/** Runs statements without a server, as the superuser, by Postgres' single-user mode: one statement a line. */
async function runStatements(data: string, database: string, statements: readonly string[]): Promise<void> {
  const input = `${statements.join("\n")}\n`;
  await runNative("postgres", ["--single", "-D", data, "-c", preload, "-c", "exit_on_error=on", database], input);
}

async function runNative(program: string, args: readonly string[], input = ""): Promise<void> {
  const running = run("setpriv", [...asNobody, "--", nativeProgram(`${bin}/${program}`), ...args], {
    cwd: "/",
    timeout: 120_000,
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
  });
  running.child.stdin?.end(input);
  await running;
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new StackError("KEYS_MISSING", `${file} is missing: the data of Postgres cannot be used without it.`, {
      cause,
    });
  }
}

/**
 * Postgres looks after the pid file of a postmaster that crashed, and must: by it it finds backends that still run. Only
 * where the number has gone to another program of this account, say after the machine's restart, it would refuse to start.
 */
function removeMisleadingPidFile(data: string): void {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  if (identityOf(pid) && !commandOf(pid).includes(data)) rmSync(file);
}
