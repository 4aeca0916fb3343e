import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BackupServer, type BackupServerOptions, connectBackupServer } from "@tradesage/backup-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKeyPair, startBackupServer } from "../src/index.ts";
import { hasOpenSsh, startOpenSsh } from "./open-ssh.ts";
import type { Running } from "./running.ts";

type Start = (folder: string, hostKey: string, authorizedKey: string) => Promise<Running>;

const embedded: Start = async (folder, hostKey, authorizedKey) => {
  const server = await startBackupServer({ folder, port: 0, hostKey, authorizedKey });
  return { ...server, user: "tradesage", remoteFolder: "/" };
};
const kinds: readonly (readonly [string, Start, boolean])[] = [
  ["the embedded server", embedded, true],
  ["OpenSSH", startOpenSsh, hasOpenSsh],
];

for (const [kind, start, isThere] of kinds)
  describe.skipIf(!isThere)(`a backup server: ${kind}`, () => {
    let folder: string;
    let local: string;
    let server: Running;
    let client: BackupServer;
    const [host, own, stranger] = [createKeyPair(), createKeyPair(), createKeyPair()];
    const options = (other: Partial<BackupServerOptions> = {}): BackupServerOptions => ({
      host: "127.0.0.1",
      port: server.port,
      user: server.user,
      privateKey: own.privateKey,
      hostKey: server.fingerprint,
      folder: server.remoteFolder,
      ...other,
    });
    const connected = (other: Partial<BackupServerOptions> = {}) => connectBackupServer(options(other));

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "ma130-"));
      local = mkdtempSync(join(tmpdir(), "ma130-local-"));
      server = await start(folder, host.privateKey, own.publicKey);
      client = connected();
    });
    afterEach(async () => {
      client.close();
      await server.close();
      for (const path of [folder, local]) rmSync(path, { recursive: true });
    });

    const content = randomBytes(3_000_017);
    const sha256 = createHash("sha256").update(content).digest("hex");
    function file(bytes: Uint8Array = content): string {
      const path = join(local, "file");
      writeFileSync(path, bytes);
      return path;
    }
    /** A file that an upload has left, whichever account the server runs as. */
    function leave(name: string, bytes: Uint8Array): void {
      writeFileSync(join(folder, name), bytes);
      chmodSync(join(folder, name), 0o666);
    }
    const downloaded = async (path: string) => Buffer.concat(await Array.fromAsync(client.download(path)));

    test("keeps a file as it was sent, in folders that it makes, and gives it back", async () => {
      expect(await client.upload("2026/01/15/a.archive", file())).toEqual({ bytes: content.length, sha256 });
      expect(readFileSync(join(folder, "2026/01/15/a.archive")).equals(content)).toBe(true);
      expect((await downloaded("2026/01/15/a.archive")).equals(content)).toBe(true);
      await client.upload("2026/01/15/empty", file(new Uint8Array()));
      expect(await downloaded("2026/01/15/empty")).toHaveLength(0);
      expect(await client.list()).toEqual([
        { path: "2026/01/15/a.archive", bytes: content.length },
        { path: "2026/01/15/empty", bytes: 0 },
      ]);
      await client.remove("2026/01/15/empty");
      expect(await client.list("2026/01")).toHaveLength(1);
      expect(await client.list("2025")).toEqual([]);
    });

    test("never writes over a file, unless it is the same", async () => {
      await client.upload("a", file());
      await client.upload("a", file());
      await expect(client.upload("a", file(randomBytes(10)))).rejects.toMatchObject({ code: "EXISTS" });
      expect((await downloaded("a")).equals(content)).toBe(true);
    });

    test("is sent the rest of a file whose upload was cut, and never shows it unfinished", async () => {
      leave("a.part", content.subarray(0, 2_000_000));
      expect(await client.list()).toEqual([]);
      await client.upload("a", file());
      expect(readdirSync(folder)).toEqual(["a"]);
      expect((await downloaded("a")).equals(content)).toBe(true);
    });

    test("that has something else under the unfinished name is sent all of it", async () => {
      leave("a.part", randomBytes(1_000_000));
      await client.upload("a", file());
      expect((await downloaded("a")).equals(content)).toBe(true);
    });

    test("whose line is cut again and again has the whole file in the end", async () => {
      const cutting = setInterval(() => server.cut(), 40);
      const stop = setTimeout(() => clearInterval(cutting), 400);
      await client.upload("a", file());
      clearInterval(cutting);
      clearTimeout(stop);
      expect((await downloaded("a")).equals(content)).toBe(true);
    });

    test("whose line is cut again and again gives the whole file in the end", async () => {
      await client.upload("a", file());
      let cuts = 0;
      const pieces: Buffer[] = [];
      for await (const piece of client.download("a")) {
        pieces.push(piece);
        if (pieces.length % 20 === 0 && cuts++ < 4) server.cut();
      }
      expect(cuts).toBeGreaterThan(1);
      expect(Buffer.concat(pieces).equals(content)).toBe(true);
    });

    test("many files may be sent at once", async () => {
      const path = file();
      await Promise.all(Array.from({ length: 8 }, (_, n) => client.upload(`folder/${n}`, path)));
      expect(await client.list("folder")).toHaveLength(8);
    });

    test("that shows another key is told nothing", async () => {
      const fooled = connected({ hostKey: `SHA256:${"A".repeat(43)}` });
      await expect(fooled.upload("a", file())).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
      expect(readdirSync(folder)).toEqual([]);
    });

    test("lets nobody in who has not the key, or another name", async () => {
      for (const other of [{ privateKey: stranger.privateKey }, { user: "root-of-nothing" }])
        await expect(connected(other).list()).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    });

    test("is not asked for paths that lead out of its folder", async () => {
      for (const path of ["../a", "/etc/passwd", "a/../b", "", "a//b", ".hidden", "a\u0000b", "a/b "]) {
        await expect(client.upload(path, file())).rejects.toThrow(RangeError);
        await expect(downloaded(path)).rejects.toThrow(RangeError);
      }
      expect(readdirSync(folder)).toEqual([]);
    });

    test("has links that lead elsewhere: they are not followed and not listed", async () => {
      symlinkSync("/etc/hostname", join(folder, "link"));
      expect(await client.list()).toEqual([]);
    });

    test("tells how much is free", async () => {
      expect(await client.freeBytes()).toBeGreaterThan(1_000_000);
    });

    test("tells what is missing", async () => {
      await expect(downloaded("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(client.remove("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
    });

    test("that has changed a file since gives it as it is: its reader compares", async () => {
      await client.upload("a", file());
      truncateSync(join(folder, "a"), 1000);
      expect(await downloaded("a")).toHaveLength(1000);
      expect(existsSync(join(folder, "a"))).toBe(true);
    });
  });

test("a server without room refuses, and takes the file once there is room", async () => {
  const [host, own] = [createKeyPair(), createKeyPair()];
  const folder = mkdtempSync(join(tmpdir(), "ma130-"));
  const server = await startBackupServer({
    ...{ folder, port: 0, hostKey: host.privateKey, authorizedKey: own.publicKey },
    capacityBytes: 500_000,
  });
  const client = connectBackupServer({
    ...{ host: "127.0.0.1", port: server.port, user: "tradesage", folder: "/" },
    ...{ privateKey: own.privateKey, hostKey: server.fingerprint },
  });
  const local = join(folder, "..", `local-${process.pid}`);
  writeFileSync(local, randomBytes(300_000));
  await client.upload("first", local);
  await expect(client.upload("second", local)).rejects.toMatchObject({ code: "NO_SPACE" });
  // It told how much is free, so that nothing was sent.
  expect(readdirSync(folder)).toEqual(["first"]);
  expect(await client.list()).toHaveLength(1);
  await client.remove("first");
  await client.upload("second", local);
  expect(await client.list()).toEqual([{ path: "second", bytes: 300_000 }]);
  client.close();
  await server.close();
  for (const path of [folder, local]) rmSync(path, { recursive: true });
});

test("a server that is away is named, after some tries", async () => {
  const client = connectBackupServer({
    ...{ host: "127.0.0.1", port: 1, user: "tradesage", folder: "/" },
    ...{ privateKey: createKeyPair().privateKey, hostKey: "SHA256:x" },
  });
  await expect(client.list()).rejects.toMatchObject({
    code: "UNREACHABLE",
    message: expect.stringContaining("127.0.0.1:1"),
  });
});
