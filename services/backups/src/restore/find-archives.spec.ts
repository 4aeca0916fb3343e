import { type ArchiveHeader, sealArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import { expect, test } from "vitest";
import { archivePath } from "../run/archive-path.ts";
import { findArchives } from "./find-archives.ts";

const key = Buffer.alloc(32, 7);

type Range = readonly [after: string, upTo: string];

/** A backup server that has one segment for each range, made in this order. */
async function serverWith(ranges: readonly Range[]) {
  const files = new Map<string, Buffer>();
  for (const [index, [after, upTo]] of ranges.entries()) {
    const createdAt = `2026-01-15T0${index}:00:00.000Z`;
    const backup = `b${index}`;
    const header: ArchiveHeader = { tenant: "acme", kind: "segment", backup, createdAt, after, upTo };
    const sealed: Uint8Array[] = [];
    for await (const piece of sealArchive(header, key, (async function* () {})())) sealed.push(piece);
    files.set(archivePath("acme", backup, createdAt, "segment"), Buffer.concat(sealed));
  }
  return {
    list: async () => [...files].map(([path, { length }]) => ({ path, bytes: length })),
    async *download(path: string) {
      yield files.get(path) ?? Buffer.alloc(0);
    },
  } as Partial<BackupServer> as BackupServer;
}
const found = async (...ranges: readonly Range[]) => {
  const { segments } = await findArchives(await serverWith(ranges), "acme", key);
  return segments.map(({ header }) => [header.after, header.upTo]);
};

test("segments that follow each other are taken in order", async () => {
  expect(await found(["0", "5"], ["5", "9"])).toEqual([
    ["0", "5"],
    ["5", "9"],
  ]);
});

test("what a backup had sent before it was given up is passed over for the one that began there again", async () => {
  expect(await found(["0", "5"], ["5", "7"], ["5", "9"], ["9", "12"])).toEqual([
    ["0", "5"],
    ["5", "9"],
    ["9", "12"],
  ]);
  expect(await found(["0", "5"], ["0", "9"])).toEqual([["0", "9"]]);
});

test("of a history that was begun anew the newest counts", async () => {
  expect(await found(["0", "5"], ["5", "9"], ["0", "3"])).toEqual([["0", "3"]]);
});

test("a missing segment is told", async () => {
  await expect(found(["0", "5"], ["7", "9"])).rejects.toMatchObject({ code: "GAP" });
  await expect(found(["5", "9"])).rejects.toMatchObject({ code: "GAP" });
});
