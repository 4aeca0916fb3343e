import { timingSafeEqual } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { AuthContext, Connection, PublicKeyAuthContext } from "ssh2";
import { fingerprintOf, parseKey } from "./keys.ts";
import { serveFiles } from "./serve-files.ts";

// ssh2 is CommonJS, and Node finds no names in it.
const { Server } = createRequire(import.meta.url)("ssh2") as typeof import("ssh2");

export interface EmbeddedOptions {
  /** Where the backups are kept; nothing outside of it can be reached. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly user?: string;
  /** The server's own private key, in OpenSSH's form. */
  readonly hostKey: string;
  /** The public key that is let in, as a line of `authorized_keys`. */
  readonly authorizedKey: string;
  /** Bytes that all files together may have; more is refused as a full disk refuses it. */
  readonly capacityBytes?: number;
}

export interface EmbeddedServer {
  readonly port: number;
  /** Its key, as a client pins it: `SHA256:…`. */
  readonly fingerprint: string;
  /** Cuts every connection, as a broken line does. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts an SFTP server that stands in for MA130: one user, one key, one folder, no shell and nothing else. */
export async function startBackupServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { folder, port, host = "127.0.0.1", user = "tradesage", hostKey, authorizedKey, capacityBytes } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const allowed = parseKey(authorizedKey);
  const connections = new Set<Connection>();

  const isAllowed = (context: AuthContext): context is PublicKeyAuthContext =>
    context.method === "publickey" &&
    context.username === user &&
    context.key.algo === allowed.type &&
    isEqual(context.key.data, allowed.getPublicSSH()) &&
    (context.signature === undefined ||
      (context.blob !== undefined && allowed.verify(context.blob, context.signature, context.hashAlgo) === true));

  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    connections.add(connection);
    // The types of ssh2 lack it: answers must not wait for more to go with them (Nagle's algorithm).
    (connection as Connection & { setNoDelay(noDelay: boolean): void }).setNoDelay(true);
    connection.on("close", () => connections.delete(connection));
    // A connection that breaks is its client's to make again.
    connection.on("error", () => connection.end());
    connection.on("authentication", (context) =>
      isAllowed(context) ? context.accept() : context.reject(["publickey"]),
    );
    connection.on("session", (accept) => {
      accept().on("sftp", (acceptFiles) => serveFiles(acceptFiles(), folder, capacityBytes));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, host, resolve);
  });

  const cut = () => {
    for (const connection of connections) {
      // ssh2 has no name for it: the socket is closed without a word, as by a broken line.
      (connection as unknown as { _sock: { destroy(): void } })._sock.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    fingerprint: fingerprintOf(hostKey),
    cut,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}

const isEqual = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);
