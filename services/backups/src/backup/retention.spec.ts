import type { RetentionPolicy } from "@tradesage/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expired, type Restorable } from "./retention.ts";

const nothing: RetentionPolicy = { newest: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0 };
const backup = (at: string, kind: Restorable["kind"] = "full", proven = false): Restorable => ({
  ...{ backupId: at, at: `${at}:00:00.000Z`, kind, proven },
  files: [`${at}.snapshot`],
});
const left = (backups: readonly Restorable[], policy: Partial<RetentionPolicy>) => {
  const gone = new Set(expired(backups, { ...nothing, ...policy }));
  return backups.filter((one) => !gone.has(one)).map(({ backupId }) => backupId);
};

describe("of a tenant's backups", () => {
  const nights = ["2026-01-30T02", "2026-01-31T02", "2026-02-01T02", "2026-02-02T02", "2026-02-03T02"];

  test("the newest of so many hours, days, weeks and months are kept", () => {
    const full = nights.map((night) => backup(night));
    expect(left(full, { daily: 2 })).toEqual(nights.slice(3));
    // Weeks begin on Monday, the 2nd of February.
    expect(left(full, { weekly: 2 })).toEqual(["2026-02-01T02", "2026-02-03T02"]);
    expect(left(full, { monthly: 2 })).toEqual(["2026-01-31T02", "2026-02-03T02"]);
    expect(left(full, { daily: 2, monthly: 9 })).toEqual(["2026-01-31T02", ...nights.slice(3)]);
  });

  test("several of one hour are kept while they are among the newest of all", () => {
    const asked = ["10:05", "10:10", "10:15"].map((time) => ({ ...backup(time), at: `2026-02-03T${time}:00.000Z` }));
    expect(left(asked, { hourly: 48 })).toEqual(["10:15"]);
    expect(left(asked, { hourly: 48, newest: 24 })).toEqual(["10:05", "10:10", "10:15"]);
    expect(left(asked, { newest: 2 })).toEqual(["10:10", "10:15"]);
  });

  test("the newest of all and the newest that is proven are kept always", () => {
    expect(
      left(
        nights.map((night, index) => backup(night, "full", index === 1)),
        {},
      ),
    ).toEqual([...["2026-01-31T02", "2026-02-03T02"]]);
  });

  test("an incremental one keeps the full one before it, and all between", () => {
    const chain = [
      ...[backup("2026-01-30T02"), backup("2026-01-30T03", "incremental")],
      ...[backup("2026-01-31T02"), backup("2026-01-31T03", "incremental"), backup("2026-01-31T04", "incremental")],
    ];
    expect(left(chain, { hourly: 1 })).toEqual(["2026-01-31T02", "2026-01-31T03", "2026-01-31T04"]);
    expect(left(chain, { daily: 2 })).toHaveLength(5);
    expect(left(chain, { hourly: 2 })).toEqual(["2026-01-31T02", "2026-01-31T03", "2026-01-31T04"]);
  });

  test("whatever is kept can be restored, and nothing more expires when it is asked again", () => {
    const hours = fc.uniqueArray(fc.nat(5000), { maxLength: 60 }).map((all) => all.sort((one, other) => one - other));
    const count = fc.nat(6);
    const policies = fc.record({ newest: count, hourly: count, daily: count, weekly: count, monthly: count });
    fc.assert(
      fc.property(hours, fc.infiniteStream(fc.tuple(fc.boolean(), fc.boolean())), policies, (times, kinds, policy) => {
        const backups = times.map((hour) => {
          const [isFull, isProven] = kinds.next().value ?? [true, true];
          const at = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 13);
          return backup(at, isFull ? "full" : "incremental", isProven);
        });
        const gone = expired(backups, policy);
        const kept = backups.filter((one) => !gone.includes(one));
        for (const one of kept.filter(({ kind }) => kind === "incremental")) {
          const own = backups.indexOf(one);
          const base = backups.slice(0, own).findLastIndex(({ kind }) => kind === "full");
          for (const needed of backups.slice(Math.max(0, base), own)) expect(kept).toContain(needed);
        }
        expect(kept.at(-1)).toBe(backups.at(-1));
        expect(expired(kept, policy)).toEqual([]);
      }),
    );
  });
});
