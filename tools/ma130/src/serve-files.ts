import { constants as flagsOf, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import type { Attributes, SFTPWrapper } from "ssh2";
import { announceFreeSpace, isFreeSpace, tellFreeSpace } from "./free-space.ts";

const { utils } = createRequire(import.meta.url)("ssh2") as typeof import("ssh2");
const { OPEN_MODE, STATUS_CODE } = utils.sftp;

type Open =
  | { readonly file: FileHandle; readonly isWritten: boolean }
  | { readonly names: string[]; readonly path: string };

/** The SSH File Transfer Protocol, version 3 (draft-ietf-secsh-filexfer-02), for one client, over one folder. */
export function serveFiles(sftp: SFTPWrapper, folder: string, capacityBytes = Number.POSITIVE_INFINITY): void {
  const handles = new Map<number, Open>();
  let lastHandle = 0;

  /** A path of the client's as one below the folder: `..` ends at its root. */
  const real = (path: string) => join(folder, posix.normalize(`/${path}`));

  const keep = (opened: Open): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(++lastHandle);
    handles.set(lastHandle, opened);
    return handle;
  };
  const keptBy = (handle: Buffer): Open => {
    const opened = handle.length === 4 ? handles.get(handle.readUInt32BE()) : undefined;
    if (!opened) throw new Error("no such handle");
    return opened;
  };
  const fileOf = (handle: Buffer): FileHandle => {
    const opened = keptBy(handle);
    if (!("file" in opened)) throw new Error("not a file");
    return opened.file;
  };

  /** Answers a request with what `work` does, or with the status that its failure stands for. */
  const answer = (id: number, work: () => Promise<void>) =>
    void work().catch((error: NodeJS.ErrnoException) => sftp.status(id, statusOf(error), error.message));
  const done = (id: number) => sftp.status(id, STATUS_CODE.OK);

  sftp.on("OPEN", (id, path, flags, { mode = 0o600 }) =>
    answer(id, async () => {
      const file = await open(real(path), nodeFlags(flags), mode);
      sftp.handle(id, keep({ file, isWritten: (flags & OPEN_MODE.WRITE) !== 0 }));
    }),
  );
  sftp.on("READ", (id, handle, offset, length) =>
    answer(id, async () => {
      const { buffer, bytesRead } = await fileOf(handle).read(
        Buffer.alloc(Math.min(length, 262_144)),
        0,
        length,
        offset,
      );
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  sftp.on("WRITE", (id, handle, offset, data) =>
    answer(id, async () => {
      if (capacityBytes < Number.POSITIVE_INFINITY && (await sizeOf(folder)) + data.length > capacityBytes)
        throw new Error("no space left");
      await fileOf(handle).write(data, 0, data.length, offset);
      done(id);
    }),
  );
  sftp.on("CLOSE", (id, handle) =>
    answer(id, async () => {
      const opened = keptBy(handle);
      handles.delete(handle.readUInt32BE());
      if ("file" in opened) {
        // It offers no request to sync, so whoever closes what he wrote may rely on it.
        if (opened.isWritten) await opened.file.sync();
        await opened.file.close();
      }
      done(id);
    }),
  );
  sftp.on("OPENDIR", (id, path) =>
    answer(id, async () => void sftp.handle(id, keep({ names: await readdir(real(path)), path: real(path) }))),
  );
  sftp.on("READDIR", (id, handle) =>
    answer(id, async () => {
      const opened = keptBy(handle);
      if (!("names" in opened)) throw new Error("not a folder");
      const names = opened.names.splice(0, 100);
      if (names.length === 0) return void sftp.status(id, STATUS_CODE.EOF);
      const entries = await Promise.all(
        names.map(async (filename) => ({
          filename,
          longname: filename,
          attrs: attributesOf(await lstat(join(opened.path, filename))),
        })),
      );
      sftp.name(id, entries);
    }),
  );
  sftp.on("STAT", (id, path) => answer(id, async () => void sftp.attrs(id, attributesOf(await stat(real(path))))));
  sftp.on("LSTAT", (id, path) => answer(id, async () => void sftp.attrs(id, attributesOf(await lstat(real(path))))));
  sftp.on("FSTAT", (id, handle) =>
    answer(id, async () => void sftp.attrs(id, attributesOf(await fileOf(handle).stat()))),
  );
  sftp.on("REALPATH", (id, path) => {
    const filename = posix.normalize(`/${path}`);
    const attrs = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
    sftp.name(id, [{ filename, longname: filename, attrs }]);
  });
  sftp.on("MKDIR", (id, path, { mode = 0o700 }) => answer(id, () => mkdir(real(path), { mode }).then(() => done(id))));
  sftp.on("RMDIR", (id, path) => answer(id, () => rmdir(real(path)).then(() => done(id))));
  sftp.on("REMOVE", (id, path) => answer(id, () => rm(real(path)).then(() => done(id))));
  sftp.on("RENAME", (id, from, to) =>
    answer(id, async () => {
      // The draft's §6.5: it is an error if the new name is taken.
      if (await exists(real(to))) throw new Error("the new name is taken");
      await rename(real(from), real(to));
      done(id);
    }),
  );
  // Who owns a file and when it was made is ours to say.
  sftp.on("SETSTAT", (id) => done(id));
  sftp.on("FSETSTAT", (id) => done(id));
  for (const request of ["READLINK", "SYMLINK"] as const)
    sftp.on(request as "READLINK", (id) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED));
  announceFreeSpace(sftp);
  sftp.on("EXTENDED", (id, name) => {
    if (!isFreeSpace(name)) return void sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
    answer(id, async () => {
      const { blocks, bavail, bsize } = await statfs(folder);
      const left = capacityBytes < Number.POSITIVE_INFINITY ? capacityBytes - (await sizeOf(folder)) : bavail * bsize;
      tellFreeSpace(sftp, id, Math.min(blocks * bsize, capacityBytes), Math.max(0, Math.min(bavail * bsize, left)));
    });
  });

  sftp.on("close", () => {
    for (const opened of handles.values()) if ("file" in opened) void opened.file.close().catch(() => undefined);
    handles.clear();
  });
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  if (code === "ENOENT") return STATUS_CODE.NO_SUCH_FILE;
  return code === "EACCES" || code === "EPERM" ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE;
}

function nodeFlags(flags: number): number {
  const both = flagsOf.O_RDWR;
  const isRead = (flags & OPEN_MODE.READ) !== 0;
  const isWritten = (flags & OPEN_MODE.WRITE) !== 0;
  const pairs: readonly (readonly [number, number])[] = [
    [OPEN_MODE.CREAT, flagsOf.O_CREAT],
    [OPEN_MODE.TRUNC, flagsOf.O_TRUNC],
    [OPEN_MODE.EXCL, flagsOf.O_EXCL],
    [OPEN_MODE.APPEND, flagsOf.O_APPEND],
  ];
  const access = isRead && isWritten ? both : isWritten ? flagsOf.O_WRONLY : flagsOf.O_RDONLY;
  // A link could lead out of the folder.
  return pairs.reduce((all, [asked, own]) => (flags & asked ? all | own : all), access | flagsOf.O_NOFOLLOW);
}

const attributesOf = ({ mode, uid, gid, size, atimeMs, mtimeMs }: Stats): Attributes => ({
  mode,
  uid,
  gid,
  size,
  atime: Math.floor(atimeMs / 1000),
  mtime: Math.floor(mtimeMs / 1000),
});

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Bytes of all files below a folder. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}
