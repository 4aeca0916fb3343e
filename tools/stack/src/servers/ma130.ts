import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createKeyPair, fingerprintOf } from "@tradesage/ma130";
import { type Layout, projectFolder } from "../layout.ts";
import { nodeProgram } from "../process/node-program.ts";
import type { ProcessDescription } from "../process/supervised-process.ts";
import { accepts } from "./accepts.ts";

/** What the product is told of the backup server. */
export type Ma130Settings = Readonly<
  Record<"MA130_HOST" | "MA130_PORT" | "MA130_USER" | "MA130_KEY_FILE" | "MA130_HOST_KEY" | "MA130_FOLDER", string>
>;

/** An SFTP server of our own that stands in for the backup server, with keys that are made on the way. */
export function ma130(layout: Layout, port: number): { settings: Ma130Settings; description: ProcessDescription } {
  const folder = join(layout.data, "ma130");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const host = keysOf(layout, "ma130-host-key");
  const client = keysOf(layout, "ma130-key");
  const args = ["--port", String(port), "--folder", folder, "--host-key", host, "--authorized-key", `${client}.pub`];
  return {
    settings: {
      MA130_HOST: "127.0.0.1",
      MA130_PORT: String(port),
      MA130_USER: "tradesage",
      MA130_KEY_FILE: client,
      MA130_HOST_KEY: fingerprintOf(readFileSync(host, "utf8")),
      MA130_FOLDER: "/",
    },
    description: {
      name: "ma130",
      kind: "server",
      ports: { ma130: port },
      ...nodeProgram(join(projectFolder, "tools/ma130/src/main.ts"), args),
      env: {},
      isReady: () => accepts(port),
    },
  };
}

/** The file of a private key, with its public one beside it; both are made when they are missing. */
function keysOf(layout: Layout, name: string): string {
  const file = join(layout.keys, name);
  if (!existsSync(file)) {
    const { privateKey, publicKey } = createKeyPair();
    writeFileSync(`${file}.pub`, publicKey, { mode: 0o600 });
    writeFileSync(file, privateKey, { mode: 0o600 });
  }
  return file;
}
