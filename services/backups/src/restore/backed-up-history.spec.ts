import { type ArchiveHeader, sealArchive } from "@tradesage/archive";
import type { BackupServer } from "@tradesage/backup-server";
import { CHAIN_START, createLineWriter } from "@tradesage/event-chain";
import type { EventStore } from "@tradesage/event-store";
import type { TenantKeys } from "@tradesage/secrets";
import { expect, test } from "vitest";
import { archivePath } from "../run/archive-path.ts";
import { backedUpHistory, expectBackupOf } from "./backed-up-history.ts";

const key = Buffer.alloc(32, 7);
const keys = { backupKeyOf: () => key } as Partial<TenantKeys> as TenantKeys;
const at = new Date("2026-01-15T10:00:00.000Z");

const eventAt = (position: bigint, revision: bigint) => ({
  ...{ id: `e${position}`, type: "FundsDeposited", stream: "acme-account-main", revision, position, at, isJson: true },
  ...{ data: Buffer.from('{"amount":"1"}'), metadata: Buffer.from('{"tenant":"acme"}') },
});

/** A backup server that has two segments, each of two events; `change` is what somebody has done to the files. */
async function serverWith(change: (files: Map<string, Buffer>) => void = () => {}) {
  const files = new Map<string, Buffer>();
  const lines = createLineWriter(CHAIN_START);
  for (const [after, upTo, revision] of [
    ["0", "20", 0n],
    ["20", "40", 2n],
  ] as const) {
    const createdAt = new Date(at.getTime() + Number(upTo)).toISOString();
    const header: ArchiveHeader = { tenant: "acme", kind: "segment", backup: `b${upTo}`, createdAt, after, upTo };
    const events = [eventAt(BigInt(after) + 10n, revision), eventAt(BigInt(upTo), revision + 1n)];
    const text = (async function* () {
      yield lines.write(events);
    })();
    const sealed = await Array.fromAsync(sealArchive(header, key, text));
    files.set(archivePath("acme", header.backup, createdAt, "segment"), Buffer.concat(sealed));
  }
  change(files);
  return {
    list: async () => [...files].map(([path, { length }]) => ({ path, bytes: length })),
    async *download(path: string) {
      yield files.get(path) ?? Buffer.alloc(0);
    },
  } as Partial<BackupServer> as BackupServer;
}
const historyOf = async (change?: (files: Map<string, Buffer>) => void) =>
  backedUpHistory(await serverWith(change), keys, "acme");

test("a backed-up history is given from its beginning, or behind a position", async () => {
  const { upTo, lines } = await historyOf();
  const positions = async (after?: bigint) => (await Array.fromAsync(lines(after))).map(({ told }) => told.position);
  expect(upTo).toBe(40n);
  expect(await positions()).toEqual(["10", "20", "30", "40"]);
  expect(await positions(20n)).toEqual(["30", "40"]);
  expect(await positions(30n)).toEqual(["40"]);
});

test("a file that somebody has changed is told by its path", async () => {
  let changed = "";
  const { lines } = await historyOf((files) => {
    const [path, bytes] = [...files].at(-1) ?? ["", Buffer.alloc(0)];
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    changed = path;
  });
  const failure = await Array.fromAsync(lines()).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "TRUNCATED", message: expect.stringContaining(changed) as string });
});

test("a history in the event store is held against its own backup alone, and against all of it", async () => {
  const storeOf = (...upTo: readonly string[]) =>
    ({
      async *readStream() {
        for (const [index, end] of upTo.entries())
          yield {
            ...{ id: "", type: "BackupCompleted", stream: "", revision: BigInt(index), position: 0n, at, metadata: {} },
            data: { backupId: end, upTo: end, chainHead: "", startedAt: at.toISOString() },
          };
      },
    }) as Pick<EventStore, "readStream">;
  const history = await historyOf();
  await expect(expectBackupOf(storeOf("20", "40"), "acme", history)).resolves.toBeUndefined();
  await expect(expectBackupOf(storeOf(), "acme", history)).rejects.toMatchObject({ code: "NO_BACKUP" });
  await expect(expectBackupOf(storeOf("20", "60"), "acme", history)).rejects.toMatchObject({ code: "GAP" });
});
