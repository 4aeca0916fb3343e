import { type ArchiveHeader, sealArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import { describe, expect, test } from "vitest";
import { archivePath } from "../run/archive-path.ts";
import { findArchives, type Wanted } from "./find-archives.ts";

const key = Buffer.alloc(32, 7);

type Range = readonly [after: string, upTo: string];

/** A backup server that has one segment for each range, made in this order. */
async function serverWith(ranges: readonly Range[]) {
  return serverOf(
    ranges.map(([after, upTo], index) => ({ kind: "segment", backup: `b${index}`, createdAt: at(index), after, upTo })),
  );
}
const at = (hour: number) => `2026-01-15T0${hour}:00:00.000Z`;

async function serverOf(headers: readonly Omit<ArchiveHeader, "tenant">[]) {
  const files = new Map<string, Buffer>();
  for (const header of headers) {
    const sealed: Uint8Array[] = [];
    const nothing = (async function* () {})();
    for await (const piece of sealArchive({ tenant: "acme", ...header }, key, nothing)) sealed.push(piece);
    files.set(archivePath("acme", header.backup, header.createdAt, header.kind), Buffer.concat(sealed));
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

describe("tables are taken", () => {
  /** Hour by hour: `S` a full backup, `t` an incremental one; `.` one whose files are gone but for its segment. */
  const backups = (kinds: string) =>
    [...kinds].flatMap((kind, hour): Omit<ArchiveHeader, "tenant">[] => {
      const common = {
        backup: `b${hour}`,
        createdAt: at(hour),
        after: String(hour * 10),
        upTo: String(hour * 10 + 10),
      };
      const epochs = { after: String(kind === "S" ? 0 : hour), upTo: String(hour + 1) };
      const segment = { ...common, kind: "segment" } as const;
      if (kind === ".") return [segment];
      return [segment, { ...common, epochs, kind: kind === "S" ? "snapshot" : "ticks" }];
    });
  const taken = async (kinds: string, wanted: Wanted = {}) => {
    const { snapshot, ticks } = await findArchives(await serverOf(backups(kinds)), "acme", key, wanted);
    return [snapshot, ...ticks].map((archive) => archive?.header.backup);
  };
  const time = (hour: number) => ({ moment: { time: new Date(Date.parse(at(hour)) + 60_000) } });

  test("from the newest snapshot and all that follows it", async () => {
    expect(await taken("SttSt")).toEqual(["b3", "b4"]);
    expect(await taken("Stt", { backup: "b1" })).toEqual(["b0", "b1"]);
  });

  test("only as far as ticks follow each other", async () => {
    expect(await taken("St.t")).toEqual(["b0", "b1"]);
  });

  test("for a moment from the snapshot before it, and the ticks as far as the moment", async () => {
    expect(await taken("SttSt", time(0))).toEqual(["b0", "b1"]);
    expect(await taken("SttSt", time(1))).toEqual(["b0", "b1", "b2"]);
    expect(await taken("SttSt", { moment: { position: 15n } })).toEqual(["b0", "b1"]);
  });

  test("for a moment that the ticks do not reach, from the snapshot after it, or as far as there is any", async () => {
    expect(await taken("SttSt", time(2))).toEqual(["b3"]);
    expect(await taken("St.St", time(1))).toEqual(["b3"]);
    expect(await taken("SttSt", time(5))).toEqual(["b3", "b4"]);
    expect(await taken(".S", time(0))).toEqual(["b1"]);
  });
});
