import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { until } from "@tradesage/until";
import getPort from "get-port";
import { fingerprintOf } from "../src/index.ts";
import type { Running } from "./running.ts";

/** It must be started by its whole path. */
const sshd = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "sshd"))
  .find(existsSync);
export const hasOpenSsh = sshd !== undefined;

/** As root, sshd wants an account of its own and a folder in /run, which the machine may lack. Debian has this account. */
const account = process.getuid?.() === 0 ? { uid: 34, gid: 34, user: "backup" } : undefined;

/** OpenSSH as it is on a backup server: one key, SFTP and nothing else. Its clients come through a relay that can cut them. */
export async function startOpenSsh(folder: string, hostKey: string, authorizedKey: string): Promise<Running> {
  if (sshd === undefined) throw new Error("there is no sshd");
  const programs = join(dirname(sshd), "../lib/openssh");
  const own = mkdtempSync(join(tmpdir(), "sshd-"));
  const write = (name: string, content: string) => {
    const path = join(own, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const port = await getPort({ host: "127.0.0.1" });
  const config = write(
    "config",
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${write("host-key", hostKey)}`,
      `AuthorizedKeysFile ${write("authorized-keys", authorizedKey)}`,
      `PidFile ${join(own, "pid")}`,
      `SshdSessionPath ${join(programs, "sshd-session")}`,
      `SshdAuthPath ${join(programs, "sshd-auth")}`,
      "Subsystem sftp internal-sftp",
      "ForceCommand internal-sftp",
      "AuthenticationMethods publickey",
      "StrictModes no",
      "UsePAM no",
      "MaxStartups 100",
      // A server of the tests is asked by many, who all come from one address.
      "PerSourcePenalties no",
    ].join("\n"),
  );
  for (const path of [own, folder]) chmodSync(path, 0o755);
  const readable = [own, folder, ...["host-key", "authorized-keys", "config"].map((name) => join(own, name))];
  if (account) for (const path of readable) chownSync(path, account.uid, account.gid);
  let said = "";
  const server = spawn(sshd, ["-D", "-e", "-f", config], {
    stdio: ["ignore", "ignore", "pipe"],
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  server.stderr.on("data", (text) => {
    said += text;
  });
  const ended = once(server, "exit");
  await until("sshd listens", () => {
    if (server.exitCode !== null) throw new Error(`sshd did not start: ${said}`);
    return /listening on/.test(said);
  });

  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (relay.address() as { port: number }).port,
    fingerprint: fingerprintOf(hostKey),
    user: account?.user ?? userInfo().username,
    remoteFolder: folder,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => relay.close(resolve));
      server.kill();
      await ended;
      rmSync(own, { recursive: true });
    },
  };
}
