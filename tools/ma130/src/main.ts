import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startBackupServer } from "./start-backup-server.ts";

const help = `Usage: node tools/ma130/src/main.ts [options]

Runs an SFTP server that stands in for the backup server MA130, until it is told to end.

  --port N               where it listens, on 127.0.0.1
  --folder DIR           keeps the backups
  --host-key FILE        its own private key
  --authorized-key FILE  the public key that is let in
  --help                 this text
`;

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    folder: { type: "string" },
    "host-key": { type: "string" },
    "authorized-key": { type: "string" },
    help: { type: "boolean" },
  },
});
const { port, folder, "host-key": hostKey, "authorized-key": authorizedKey, help: asked } = values;
if (asked || !port || !folder || !hostKey || !authorizedKey) {
  (asked ? process.stdout : process.stderr).write(help);
  process.exit(asked ? 0 : 2);
}
const server = await startBackupServer({
  folder,
  port: Number(port),
  hostKey: readFileSync(hostKey, "utf8"),
  authorizedKey: readFileSync(authorizedKey, "utf8"),
});
process.stdout.write(`backup server ready on port ${server.port}, key ${server.fingerprint}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void server.close().then(() => process.exit(0)));
