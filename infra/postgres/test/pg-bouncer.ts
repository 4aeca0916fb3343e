import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { until } from "@tradesage/until";
import getPort from "get-port";

const program = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "pgbouncer"))
  .find(existsSync);
export const hasPgBouncer = program !== undefined;

/** It refuses to run as root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** PgBouncer in transaction mode before a database, with so few connections that they must be shared. */
export async function startPgBouncer(databaseUrl: string, poolSize: number) {
  if (program === undefined) throw new Error("there is no pgbouncer");
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const listen = await getPort({ host: "127.0.0.1" });
  const folder = mkdtempSync(join(tmpdir(), "pgbouncer-"));
  const config = join(folder, "pgbouncer.ini");
  const upstream = `host=${hostname} port=${port} user=${username} password=${decodeURIComponent(password)}`;
  writeFileSync(
    config,
    `[databases]\n* = ${upstream}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listen}\nunix_socket_dir =\n` +
      `auth_type = any\npool_mode = transaction\ndefault_pool_size = ${poolSize}\nmax_prepared_statements = 100\n`,
  );
  chmodSync(folder, 0o755);
  const server = spawn(program, [config], { stdio: ["ignore", "ignore", "pipe"], ...nobody });
  const ended = once(server, "exit");
  let said = "";
  server.stderr.on("data", (text) => {
    said += text;
  });
  await until("pgbouncer is up", () => {
    if (server.exitCode !== null) throw new Error(`pgbouncer did not start: ${said}`);
    return /process up/.test(said);
  });
  return {
    url: `postgres://${username}@127.0.0.1:${listen}${pathname}`,
    async close() {
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
