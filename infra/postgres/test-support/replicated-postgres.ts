import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { until } from "@tradesage/until";
import getPort from "get-port";
import pg from "pg";

const run = promisify(execFile);
/** Postgres refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface ReplicatedPostgres extends AsyncDisposable {
  readonly primary: string;
  readonly replica: string;
  /** The replica takes what comes, and shows nothing of it before `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when the replica shows all that the primary has committed by now. */
  caughtUp(): Promise<void>;
  killReplica(): Promise<void>;
}

/** A Postgres of its own with TimescaleDB, and a streaming replica of it, made by `pg_basebackup`. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const folder = mkdtempSync(join(tmpdir(), "replicated-"));
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  const [port, replicaPort] = [await getPort({ host: "127.0.0.1" }), await getPort({ host: "127.0.0.1" })];
  const [data, copy] = [join(folder, "primary"), join(folder, "replica")];
  const env = { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" };
  const start = (of: string, at: number) =>
    spawn("postgres", ["-D", of, ...settings(at)], { cwd: folder, env, stdio: "ignore", ...nobody });
  const tool = (program: string, args: readonly string[]) => run(program, args, { cwd: folder, env, ...nobody });

  await tool("initdb", ["-D", data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]);
  const primary = start(data, port);
  const superuser = (at: number, database: string) => `postgres://postgres@127.0.0.1:${at}/${database}`;
  const ask = async (at: number, sql: string, database = "postgres") => {
    const client = new pg.Client({ connectionString: superuser(at, database) });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  await untilItWorks("the primary answers", () => ask(port, "select 1"));
  await ask(port, "create role tradesage login createrole createdb");
  await ask(port, "alter role tradesage set createrole_self_grant = 'set, inherit'");
  await ask(port, "create database tradesage owner tradesage");
  await ask(port, "create extension timescaledb", "tradesage");
  const from = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres"];
  await tool("pg_basebackup", [...from, "-D", copy, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"]);
  const standby = start(copy, replicaPort);
  await untilItWorks("the replica answers", () => ask(replicaPort, "select 1"));

  async function end(server: ChildProcess): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill("SIGQUIT");
    await exited;
  }
  return {
    primary: `postgres://tradesage@127.0.0.1:${port}/tradesage`,
    replica: `postgres://tradesage@127.0.0.1:${replicaPort}/tradesage`,
    pause: async () => void (await ask(replicaPort, "select pg_wal_replay_pause()")),
    resume: async () => void (await ask(replicaPort, "select pg_wal_replay_resume()")),
    async caughtUp() {
      const [row] = await ask(port, "select pg_current_wal_lsn()::text as lsn");
      await untilItWorks("the replica has caught up", async () => {
        const [at] = await ask(replicaPort, `select pg_last_wal_replay_lsn() >= '${row?.["lsn"]}' as there`);
        if (!at?.["there"]) throw new Error("behind");
      });
    },
    killReplica: () => end(standby),
    async [Symbol.asyncDispose]() {
      await end(standby);
      await end(primary);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const settings = (port: number): readonly string[] =>
  [
    ...[`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="],
    ...["shared_preload_libraries=timescaledb", "timescaledb.telemetry_level=off", "fsync=off"],
  ].flatMap((setting) => ["-c", setting]);

/** Tries until it no longer throws. */
async function untilItWorks(what: string, attempt: () => Promise<unknown>): Promise<void> {
  let cause: unknown;
  const works = async () => {
    try {
      await attempt();
      return true;
    } catch (error) {
      cause = error;
      return false;
    }
  };
  await until(what, works).catch((error: Error) => {
    throw new Error(error.message, { cause });
  });
}
