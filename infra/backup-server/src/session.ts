import { createHash, timingSafeEqual } from "node:crypto";
import { Client, type SFTPWrapper } from "ssh2";
import { asBackupServerError, BackupServerError } from "./backup-server-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The private key that we are known by: PEM or OpenSSH's own form. */
  readonly privateKey: string;
  /** The server's key, pinned: `SHA256:…`, as `ssh-keygen -lf` prints it. */
  readonly hostKey: string;
}

/** One SFTP session; when it is lost, everything that waits for it fails. */
export interface Session {
  readonly sftp: SFTPWrapper;
  /** A call of the SFTP library as a promise, which fails when the session is lost or nothing comes within a minute. */
  call<Result = void>(
    doing: string,
    begin: (done: (error?: Error | null, result?: Result) => void) => void,
  ): Promise<Result>;
  readonly isOpen: () => boolean;
  close(): void;
}

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 60_000;

/** Connects, if the server has the pinned key. Throws UNREACHABLE, HOST_KEY_CHANGED, ACCESS_DENIED. */
export async function openSession(address: Address): Promise<Session> {
  const { host, port, user, privateKey, hostKey } = address;
  const client = new Client();
  const lost = Promise.withResolvers<never>();
  // Each call waits for this too; without a listener here a loss between two calls would end the process.
  lost.promise.catch(() => undefined);
  let open = true;
  let shown: string | undefined;
  const lose = (error: unknown) => {
    open = false;
    lost.reject(asBackupServerError(error, `${host}:${port}`));
  };
  client.on("error", lose);
  client.on("close", () => lose(new Error("the connection ended")));

  const call: Session["call"] = async (doing, begin) => {
    const answer = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => answer.reject(new BackupServerError("UNREACHABLE", `${doing}: no answer in time`)),
      ANSWER_WITHIN_MS,
    );
    try {
      begin((error, result) =>
        error ? answer.reject(asBackupServerError(error, doing)) : answer.resolve(result as never),
      );
      return await Promise.race([answer.promise, lost.promise]);
    } finally {
      clearTimeout(timer);
    }
  };

  try {
    await call<void>("connect", (done) => {
      client.on("ready", () => done());
      // Each request waits for its answer: it must not wait for others to go with it as well (Nagle's algorithm).
      client.on("connect", () => client.setNoDelay(true));
      client.connect({
        host,
        port,
        username: user,
        privateKey,
        readyTimeout: CONNECT_WITHIN_MS,
        keepaliveInterval: 5_000,
        keepaliveCountMax: 3,
        authHandler: ["publickey"],
        hostVerifier: (key: Buffer) => {
          shown = fingerprintOf(key);
          return isSame(shown, hostKey);
        },
      });
    });
    const sftp = await call<SFTPWrapper>("start SFTP", (done) => void client.sftp(done));
    sftp.on("error", lose);
    return {
      sftp,
      call,
      isOpen: () => open,
      close() {
        open = false;
        client.end();
      },
    };
  } catch (error) {
    client.destroy();
    if (shown !== undefined && !isSame(shown, hostKey))
      throw new BackupServerError(
        "HOST_KEY_CHANGED",
        `${host}:${port} shows the key ${shown}, and ${hostKey} is pinned`,
      );
    throw error;
  }
}

/** As OpenSSH prints it: Base64 of SHA-256, without padding. */
const fingerprintOf = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
