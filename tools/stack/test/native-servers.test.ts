import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { PATIENCE_MS } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stackFolder } from "../src/layout.ts";
import { portTable } from "../src/ports.ts";
import { nativeProgram } from "../src/servers/native.ts";
import { type Stack, startStack } from "../src/stack.ts";
import { readEnvironment, readState } from "../src/state.ts";

const run = promisify(execFile);
/** The servers of the other specs are not ours to kill: these specs start their own. */
const env = { DATABASE_URL: "", NATS_URL: "", EVENTSTORE_URL: "", REDIS_URL: "" };

let dir: string;
let stack: Stack;

beforeAll(async () => {
  mkdirSync(join(stackFolder, "test"), { recursive: true });
  dir = mkdtempSync(join(stackFolder, "test/servers-"));
  stack = await startStack({ dir, portBase: "free", services: "none", env });
});

afterAll(async () => {
  await stack?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function sql(statement: string): Promise<string> {
  const { stdout } = await run(nativeProgram("lib/postgresql/17/bin/psql"), ["-XAtc", statement, stack.urls.database]);
  return stdout.trim();
}

async function redis(...command: string[]): Promise<string> {
  const { stdout } = await run(nativeProgram("bin/redis-cli"), ["-u", stack.urls.redis, ...command]);
  return stdout.trim();
}

test("Postgres comes back with its rows after kill -9", async () => {
  await sql("CREATE TABLE kept (what text); INSERT INTO kept VALUES ('a row')");
  stack.process("postgres").kill("SIGKILL");
  await stack.waitReady("postgres", PATIENCE_MS);
  expect(await sql("SELECT what FROM kept")).toBe("a row");
  expect(stack.process("postgres").restarts).toBe(1);
});

test("Redis comes back with its keys after kill -9", async () => {
  await redis("SET", "kept", "a value");
  stack.process("redis").kill("SIGKILL");
  await stack.waitReady("redis", PATIENCE_MS);
  expect(await redis("GET", "kept")).toBe("a value");
});

test.each(["nats", "event-store"])("%s comes back after kill -9", async (name) => {
  const before = stack.process(name).identity;
  stack.process(name).kill("SIGKILL");
  await stack.waitReady(name, PATIENCE_MS);
  expect(stack.process(name).identity).not.toEqual(before);
});

test("what connects to Postgres is no superuser, and may make roles and take them on", async () => {
  expect(await sql("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")).toBe("f|t");
  expect(await sql("BEGIN; CREATE ROLE tenant_a; SET ROLE tenant_a; SELECT current_user; ROLLBACK")).toContain(
    "tenant_a",
  );
});

test("Postgres syncs what it commits, sends no telemetry and has TimescaleDB", async () => {
  expect(await sql("SHOW fsync")).toBe("on");
  expect(await sql("SHOW timescaledb.telemetry_level")).toBe("off");
  expect(await sql("SELECT count(*) FROM pg_extension WHERE extname IN ('timescaledb', 'pg_stat_statements')")).toBe(
    "2",
  );
});

test("no server runs as root", async () => {
  const pids = ["postgres", "nats", "redis"].map((name) => String(stack.process(name).identity?.pid));
  const { stdout } = await run("ps", ["-o", "uid=", "-p", pids.join(",")]);
  expect(stdout.trim().split(/\s+/)).toHaveLength(3);
  expect(stdout.trim().split(/\s+/)).not.toContain("0");
});

test("the state tells where things are without their passwords; the environment has them", () => {
  const password = new URL(stack.urls.database).password;
  expect(password.length).toBeGreaterThan(20);
  expect(readState(dir)).toMatchObject({ running: true, supervisor: { pid: process.pid } });
  expect(JSON.stringify(readState(dir))).not.toContain(password);
  expect(readEnvironment(dir)).toMatchObject({ DATABASE_URL: stack.urls.database });
});

test("a second stack in the same folder is refused", async () => {
  await expect(startStack({ dir, portBase: "free", services: "none", env })).rejects.toMatchObject({
    code: "ALREADY_RUNNING",
    message: expect.stringContaining(String(process.pid)),
  });
});

test("a taken port is refused with its number, its variable and its owner", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => squatter.once("listening", resolve));
  const { port } = squatter.address() as { port: number };
  const elsewhere = mkdtempSync(join(stackFolder, "test/port-"));
  const variables = Object.values(portTable).map(({ variable }) => variable);
  const ports = Object.fromEntries(variables.map((variable, index) => [variable, String(33_000 + index)]));
  const refused = startStack({ dir: elsewhere, services: "none", env: { ...env, ...ports, REDIS_PORT: String(port) } });
  await expect(refused).rejects.toMatchObject({
    code: "PORT_TAKEN",
    message: expect.stringMatching(new RegExp(`Port ${port} is taken by process ${process.pid} .*REDIS_PORT moves it`)),
  });
  squatter.close();
  rmSync(elsewhere, { recursive: true });
});

test("servers that the environment names are not started", async () => {
  const elsewhere = mkdtempSync(join(stackFolder, "test/named-"));
  const named = {
    DATABASE_URL: "postgres://a",
    NATS_URL: "nats://b",
    EVENTSTORE_URL: "esdb://c",
    REDIS_URL: "redis://d",
  };
  const other = await startStack({ dir: elsewhere, portBase: "free", services: "none", env: named });
  expect(other.processes).toEqual([]);
  expect(other.env).toMatchObject(named);
  await other.stop();
  rmSync(elsewhere, { recursive: true });
});
