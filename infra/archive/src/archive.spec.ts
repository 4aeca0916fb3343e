import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type { ArchiveHeader } from "./header.ts";
import { openArchive } from "./open-archive.ts";
import { sealArchive } from "./seal-archive.ts";

const key = randomBytes(32);
const header: ArchiveHeader = {
  tenant: "acme",
  kind: "snapshot",
  backup: "b-1",
  after: "0",
  upTo: "4711",
  createdAt: "2026-01-15T10:00:00.000Z",
};
const SEALED_CHUNK = 65_536 + 16;

async function* inPieces(bytes: Uint8Array, size = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const all = async (pieces: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(pieces));
const seal = (content: Uint8Array, with_ = key) => all(sealArchive(header, with_, inPieces(content)));
const open = async (archive: Uint8Array, tenant = "acme", with_ = key, size?: number) =>
  all((await openArchive(inPieces(archive, size), tenant, with_)).content);

// Random bytes do not compress: the archive has as many chunks as the content.
const content = randomBytes(5 * 65_536 + 100);
const archive = await seal(content);
const firstChunk = archive.length % SEALED_CHUNK === 0 ? 0 : 12 + archive.readUInt32LE(8);

describe("an archive", () => {
  test("gives back what was sealed, whatever it is and in whatever pieces it comes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), fc.integer({ min: 1, max: 6000 }), async (bytes, size) => {
        expect(await open(await seal(bytes), "acme", key, size)).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 50 },
    );
    expect((await open(archive)).equals(content)).toBe(true);
  });

  test("tells in the clear whose it is and what it holds, and nothing else of it", async () => {
    const opened = await openArchive(inPieces(archive), "acme", key);
    expect(opened.header).toEqual(header);
    const told = await seal(Buffer.from("the quick brown fox ".repeat(10)));
    expect(told.includes("quick")).toBe(false);
  });

  test("is another one each time: nobody learns that two hold the same", async () => {
    expect((await seal(content)).equals(archive)).toBe(false);
  });

  test("of another tenant, or sealed with another key, is refused before anything is read of it", async () => {
    await expect(open(archive, "zeta")).rejects.toMatchObject({ code: "WRONG_TENANT" });
    await expect(open(archive, "acme", randomBytes(32))).rejects.toMatchObject({ code: "WRONG_KEY" });
  });

  test("that was given another tenant's name does not open", async () => {
    const renamed = Buffer.from(archive);
    renamed.write("zeta", renamed.indexOf('"acme"') + 1);
    await expect(open(renamed, "zeta")).rejects.toMatchObject({ code: "DAMAGED" });
  });

  test("cut off at any chunk, or inside one, is noticed", async () => {
    for (let cut = firstChunk; cut < archive.length; cut += SEALED_CHUNK / 2)
      await expect(open(archive.subarray(0, cut)), `at ${cut}`).rejects.toMatchObject({ code: "TRUNCATED" });
    for (const cut of [0, 7, 11, firstChunk - 1])
      await expect(open(archive.subarray(0, cut))).rejects.toMatchObject({ code: "NOT_AN_ARCHIVE" });
  });

  test("with any byte changed is noticed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(archive);
        changed[at] = (changed[at] ?? 0) ^ change;
        await expect(open(changed)).rejects.toHaveProperty("code");
      }),
      { numRuns: 100 },
    );
  });

  test("with chunks moved, repeated, left out or added is noticed", async () => {
    const head = archive.subarray(0, firstChunk);
    const chunk = (number: number) =>
      archive.subarray(firstChunk + number * SEALED_CHUNK, firstChunk + (number + 1) * SEALED_CHUNK);
    const chunks = [0, 1, 2, 3, 4, 5].map(chunk);
    for (const order of [
      [1, 0, 2, 3, 4, 5],
      [0, 0, 1, 2, 3, 4, 5],
      [0, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5, 5],
      [0, 1, 2, 3, 5, 4],
    ]) {
      const forged = Buffer.concat([head, ...order.map((number) => chunks[number] ?? Buffer.alloc(0))]);
      await expect(open(forged), String(order)).rejects.toHaveProperty("code");
    }
  });

  test("that is read half-way lets go of where it comes from", async () => {
    let left = false;
    async function* source() {
      try {
        yield* inPieces(archive);
      } finally {
        left = true;
      }
    }
    for await (const _ of (await openArchive(source(), "acme", key)).content) break;
    await vi.waitUntil(() => left);
  });

  test("whose content fails on the way is no archive, and says why", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield content;
      throw new Error("the disk is gone");
    }
    await expect(all(sealArchive(header, key, failing()))).rejects.toThrow("the disk is gone");
  });
});
