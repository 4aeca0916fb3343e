import { createReadStream } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Logger } from "@tradesage/telemetry";
import type { FileEntryWithStats, Stats } from "ssh2";
import { BackupServerError, type BackupServerErrorCode } from "./backup-server-error.ts";
import { foldersOf, isName, remotePath } from "./remote-path.ts";
import { type Address, openSession, type Session } from "./session.ts";
import { type Digest, digestOf, receive, send, surelyWritten } from "./transfer.ts";

export interface BackupServerOptions extends Address {
  /** Where backups lie on it. */
  readonly folder: string;
  readonly logger?: Logger;
}

export interface RemoteFile {
  /** Below the backup folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * A server that keeps backups, over SFTP. Paths lie below its folder. Every method throws BackupServerError, and a
 * RangeError for a path that is none.
 */
export interface BackupServer {
  /**
   * Puts a local file there, as a whole or not at all: under another name first, synced where the server can, read back
   * and compared, then renamed. A connection that is cut is made again, and the file goes on where it was. A file that
   * is there already, and the same, is not sent again.
   * @throws NO_SPACE before anything is sent where the server tells how much it has; EXISTS; NOT_AS_SENT.
   */
  upload(path: string, file: string): Promise<Digest>;
  /** A file's bytes, as they come. A connection that is cut is made again, and they go on where they were. */
  download(path: string): AsyncIterable<Buffer>;
  /** All whole files below a folder; none where it is missing. */
  list(path?: string): Promise<readonly RemoteFile[]>;
  remove(path: string): Promise<void>;
  /** Bytes that are free; `undefined` where the server does not tell. */
  freeBytes(): Promise<number | undefined>;
  close(): void;
}

const UNFINISHED = ".part";
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 200;
/** Modes of what we make: nobody else's to read. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Connects when first used. */
export function connectBackupServer({ folder, logger, ...address }: BackupServerOptions): BackupServer {
  let current: Promise<Session> | undefined;

  async function session(): Promise<Session> {
    const opened = await current?.catch(() => undefined);
    if (opened?.isOpen()) return opened;
    current = openSession(address);
    return current;
  }

  /** Tries again while the server cannot be reached: whatever is done may be repeated. */
  async function persevering<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work(await session());
      } catch (error) {
        if (!is(error, "UNREACHABLE") || attempt === ATTEMPTS) throw error;
        logger?.warn({ err: error, attempt }, "the backup server was lost; trying again");
        await setTimeout(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }

  async function statOf({ sftp, call }: Session, path: string): Promise<Stats | undefined> {
    return call<Stats>(`stat ${path}`, (done) => sftp.stat(remotePath(folder, path), done)).catch((error: unknown) => {
      if (is(error, "NOT_FOUND")) return undefined;
      throw error;
    });
  }

  async function makeFolders(session: Session, path: string): Promise<void> {
    for (const name of foldersOf(path)) {
      if (await statOf(session, name)) continue;
      const make = session.call(`make ${name}`, (done) =>
        session.sftp.mkdir(remotePath(folder, name), { mode: FOLDER_MODE }, done),
      );
      // Another upload may have made it meanwhile; then SFTP says only that it failed.
      await make.catch(async (error: unknown) => {
        if (!(await statOf(session, name))) throw error;
      });
    }
  }

  async function freeOf({ sftp, call }: Session): Promise<number | undefined> {
    type Space = { f_bavail: number; f_frsize: number };
    const ask = call<Space>("free space", (done) =>
      sftp.ext_openssh_statvfs(folder, (error, space) => done(error, space as unknown as Space)),
    );
    const space = await ifSupported(ask);
    return space && space.f_bavail * space.f_frsize;
  }

  async function writeUnfinished(session: Session, path: string, file: string, bytes: number): Promise<void> {
    const { sftp, call } = session;
    const there = (await statOf(session, path))?.size ?? 0;
    // Whether it is ours at all, the comparison at the end tells.
    const start = there <= bytes ? surelyWritten(there) : 0;
    const free = await freeOf(session);
    if (free !== undefined && free < bytes - start) throw noSpace(bytes - start, free);
    const flags = start > 0 ? "r+" : "w";
    const handle = await call<Buffer>(`open ${path}`, (done) =>
      sftp.open(remotePath(folder, path), flags, { mode: FILE_MODE }, done),
    );
    try {
      await send(session, handle, file, start);
      // OpenSSH has it; where it is missing the server syncs when it thinks fit.
      await ifSupported(call("sync", (done) => sftp.ext_openssh_fsync(handle, done)));
    } catch (error) {
      const left = is(error, "FAILED") ? await freeOf(session) : undefined;
      throw left !== undefined && left < bytes ? noSpace(bytes, left) : error;
    } finally {
      if (session.isOpen()) await call("close", (done) => sftp.close(handle, done)).catch(() => undefined);
    }
  }

  async function* contentOf(session: Session, path: string, start = 0): AsyncGenerator<Buffer, void, undefined> {
    const { sftp, call } = session;
    const handle = await call<Buffer>(`open ${path}`, (done) => sftp.open(remotePath(folder, path), "r", done));
    try {
      yield* receive(session, handle, start);
    } finally {
      if (session.isOpen()) await call("close", (done) => sftp.close(handle, done)).catch(() => undefined);
    }
  }

  const removeOn = ({ sftp, call }: Session, path: string) =>
    call(`remove ${path}`, (done) => sftp.unlink(remotePath(folder, path), done));

  async function filesBelow(session: Session, path: string): Promise<RemoteFile[]> {
    const at = path === "" ? folder : remotePath(folder, path);
    const entries = await session
      .call<FileEntryWithStats[]>(`list ${path}`, (done) => session.sftp.readdir(at, done))
      .catch((error: unknown) => {
        if (is(error, "NOT_FOUND")) return [];
        throw error;
      });
    const found: RemoteFile[] = [];
    for (const { filename, attrs } of entries.sort((a, b) => (a.filename < b.filename ? -1 : 1))) {
      const below = path === "" ? filename : `${path}/${filename}`;
      // Links are left alone as well: nothing is read that does not lie here.
      if (!isName(filename)) continue;
      if (attrs.isDirectory()) found.push(...(await filesBelow(session, below)));
      else if (attrs.isFile() && !filename.endsWith(UNFINISHED)) found.push({ path: below, bytes: attrs.size });
    }
    return found;
  }

  return {
    async upload(path, file) {
      const unfinished = `${path}${UNFINISHED}`;
      const local = await digestOf(createReadStream(file));
      for (let again = false; ; again = true) {
        const differs = await persevering(async (session) => {
          if (await statOf(session, path)) {
            // Perhaps by this very upload, whose line was cut before it was told so.
            if ((await digestOf(contentOf(session, path))).sha256 === local.sha256) return false;
            throw new BackupServerError("EXISTS", `${path} is there already, and is another file`);
          }
          await makeFolders(session, path);
          await writeUnfinished(session, unfinished, file, local.bytes);
          const remote = await digestOf(contentOf(session, unfinished));
          if (remote.sha256 !== local.sha256) {
            await removeOn(session, unfinished);
            return true;
          }
          await session.call("rename", (done) =>
            session.sftp.rename(remotePath(folder, unfinished), remotePath(folder, path), done),
          );
          return false;
        });
        if (!differs) return local;
        if (again) throw new BackupServerError("NOT_AS_SENT", `${path}: what was read back is not what was sent`);
      }
    },
    async *download(path) {
      let at = 0;
      for (let attempt = 1; ; attempt++) {
        try {
          for await (const piece of contentOf(await persevering(async (open) => open), path, at)) {
            at += piece.length;
            attempt = 1;
            yield piece;
          }
          return;
        } catch (error) {
          if (!is(error, "UNREACHABLE") || attempt === ATTEMPTS) throw error;
          logger?.warn({ err: error, attempt, at }, "the backup server was lost; reading on");
          await setTimeout(FIRST_PAUSE_MS * 2 ** (attempt - 1));
        }
      }
    },
    list: (path = "") => persevering((session) => filesBelow(session, path)),
    remove: (path) => persevering((session) => removeOn(session, path)),
    freeBytes: () => persevering(freeOf),
    close() {
      current?.then(
        (session) => session.close(),
        () => undefined,
      );
    },
  };
}

const is = (error: unknown, code: BackupServerErrorCode): boolean =>
  error instanceof BackupServerError && error.code === code;

/** Undefined where the server lacks what was asked: ssh2 knows that from the session's beginning, and sends nothing. */
async function ifSupported<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  return asked.catch((error: unknown) => {
    if ((error as Error).message === "Server does not support this extended request") return undefined;
    throw error;
  });
}

const noSpace = (needed: number, free: number) =>
  new BackupServerError("NO_SPACE", `${needed} bytes are needed, and the backup server has ${free} free`);
