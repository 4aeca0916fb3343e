import type { ChainRecord } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHAIN_START, entryOf, extendChain } from "./chain.ts";
import { compareHistories } from "./compare-histories.ts";
import type { Finding } from "./finding.ts";
import { canonicalHeadOf, recordedDigestOf } from "./older-forms.ts";
import { type Line, parseLine } from "./read-lines.ts";
import { verifyBackup } from "./verify-backup.ts";
import { verifyBoth } from "./verify-both.ts";
import { verifyStore } from "./verify-store.ts";
import { createLineWriter } from "./write-lines.ts";

const streams = ["acme-account-main", "acme-account-other", "acme-instrument-EURUSD"];

/** A history of which each event is of the stream of that number; positions leave gaps. */
function historyOf(order: readonly number[]): KeptEvent[] {
  const revisions = new Map<string, bigint>();
  return order.map((number, index) => {
    const stream = streams[number] ?? "";
    const revision = (revisions.get(stream) ?? -1n) + 1n;
    revisions.set(stream, revision);
    return {
      ...{ id: `e${index}`, type: "FundsDeposited", stream, revision, position: BigInt(index * 10 + 10) },
      ...{ at: new Date(index), isJson: true, data: amount(index), metadata: bytesOf({ actor: "ann" }) },
    };
  });
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const amount = (units: number) => bytesOf({ amount: String(units) });

function linesOf(history: readonly KeptEvent[], link = CHAIN_START): Line[] {
  const lines = createLineWriter(link).write(history).toString().trimEnd();
  return lines.split("\n").map((line) => parseLine(Buffer.from(line)));
}

/** Whoever changes a line leaves its marks, for he cannot make all later ones anew. */
const alteredLine = ({ told, digest, link }: Line): Line =>
  parseLine(Buffer.from(JSON.stringify({ ...told, data: { amount: "1000000" }, digest, link })));

const RECORD = 4;
type Unsigned = Omit<ChainRecord, "signature">;
const today = (end: Pick<Unsigned, "upTo" | "head">, events: readonly KeptEvent[]): Unsigned =>
  extendChain(end, events.map(entryOf));
/** As releases before recorded them. */
const canonical: typeof today = ({ upTo: after, head }, events) => ({
  ...{ form: "canonical", after, upTo: String(events.at(-1)?.position), head: canonicalHeadOf(head, events) },
  events: events.map((event) => [
    ...[String(event.position), event.stream, String(event.revision)],
    recordedDigestOf("canonical", event),
  ]) as Unsigned["events"],
});
const signed = (record: Unsigned): ChainRecord => ({ ...record, signature: `ours: ${record.upTo} ${record.head}` });

/** Of which the first were recorded in the older form. */
function recordsOf(history: readonly KeptEvent[], older = 0): ChainRecord[] {
  const records: ChainRecord[] = [];
  for (let start = 0; start < history.length; start += RECORD) {
    const extend = records.length < older ? canonical : today;
    const end = records.at(-1) ?? { upTo: "0", head: CHAIN_START };
    records.push(signed(extend(end, history.slice(start, start + RECORD))));
  }
  return records;
}
const isSigned = async ({ upTo, head, signature }: ChainRecord) => signature === `ours: ${upTo} ${head}`;

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
const inStore = (events: readonly KeptEvent[], records: readonly ChainRecord[], known?: ReadonlyMap<string, string>) =>
  Array.fromAsync(verifyStore({ pages: each([events]), records: each(records), isSigned, ...(known && { known }) }));
const inBackup = (lines: readonly Line[]) => Array.fromAsync(verifyBackup(each(lines)));
const between = (events: readonly KeptEvent[], lines: readonly Line[]) =>
  Array.fromAsync(compareHistories(each([events]), each(lines)));

/** A history of at least six events, and one of them that is neither the first nor near the end. */
const planted = fc
  .array(fc.nat(2), { minLength: 6, maxLength: 30 })
  .chain((order) =>
    fc.record({ history: fc.constant(historyOf(order)), at: fc.integer({ min: 1, max: order.length - 3 }) }),
  );
/** How many records were made in the older form. */
const older = fc.nat(8);
const named = (findings: readonly Finding[]) => findings.map(({ kind, position }) => `${kind} ${position}`);
const nameOf = (event: KeptEvent | undefined) => String(event?.position);

const altered = (history: readonly KeptEvent[], at: number): KeptEvent[] =>
  history.map((event, index) => (index === at ? { ...event, data: amount(1_000_000) } : event));
const stray = (before: KeptEvent): KeptEvent => ({
  ...before,
  ...{ id: "stray", position: before.position + 5n, revision: before.revision + 1n },
});

describe("a history that is as it was", () => {
  test("has nothing to be found, in the store, in the backup, or between the two", async () => {
    await fc.assert(
      fc.asyncProperty(planted, older, async ({ history }, older) => {
        expect(await inStore(history, recordsOf(history, older))).toEqual([]);
        expect(await inBackup(linesOf(history))).toEqual([]);
        expect(await between(history, linesOf(history))).toEqual([]);
      }),
    );
  });

  test("may have gone on since it was chained or backed up; what its backups tell of themselves is no part of it", async () => {
    const history = historyOf([0, 1, 2, 0, 1, 2]);
    const own = { ...(history[5] as KeptEvent), stream: "acme-backups-acme" };
    expect(await inStore([...history, own], recordsOf(history.slice(0, 4)))).toEqual([]);
    expect(await between([...history, own], linesOf(history.slice(0, 4)))).toEqual([]);
  });
});

describe("one event of the store", () => {
  test("that was changed is named, by the store alone and by the backup", async () => {
    await fc.assert(
      fc.asyncProperty(planted, older, async ({ history, at }, older) => {
        const wrong = altered(history, at);
        const expected = [`changed ${nameOf(history[at])}`];
        expect(named(await inStore(wrong, recordsOf(history, older)))).toEqual(expected);
        expect(named(await between(wrong, linesOf(history)))).toEqual(expected);
      }),
    );
  });

  test("that is missing is named with its stream and revision", async () => {
    await fc.assert(
      fc.asyncProperty(planted, older, async ({ history, at }, older) => {
        const wrong = history.toSpliced(at, 1);
        const { stream, revision, position } = history[at] as KeptEvent;
        const expected = {
          where: "store",
          kind: "missing",
          position: String(position),
          stream,
          revision: String(revision),
        };
        expect(await inStore(wrong, recordsOf(history, older))).toEqual([expected]);
        expect(await between(wrong, linesOf(history))).toMatchObject([expected]);
      }),
    );
  });

  test("that was inserted is named", async () => {
    await fc.assert(
      fc.asyncProperty(planted, older, async ({ history, at }, older) => {
        const intruder = stray(history[at] as KeptEvent);
        const wrong = history.toSpliced(at + 1, 0, intruder);
        const expected = [`inserted ${nameOf(intruder)}`];
        expect(named(await inStore(wrong, recordsOf(history, older)))).toEqual(expected);
        expect(named(await between(wrong, linesOf(history)))).toEqual(expected);
      }),
    );
  });

  test("that is missing behind what is chained is told by its stream's revisions", async () => {
    const history = historyOf([0, 0, 0, 0, 0, 0, 0]);
    expect(await inStore(history.toSpliced(5, 1), recordsOf(history.slice(0, 4)))).toEqual([
      { where: "store", kind: "missing", position: "70", stream: "acme-account-main", revision: "5" },
    ]);
  });
});

describe("the record of the chain", () => {
  const history = historyOf([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  const records = recordsOf(history);
  const at = (index: number) => records[index] as ChainRecord;

  test("that was written anew over a changed event bears no signature of ours", async () => {
    const wrong = altered(history, 5);
    const forged = recordsOf(wrong).map((record) => ({ ...record, signature: "theirs" }));
    expect(named(await inStore(wrong, [at(0), ...forged.slice(1)]))).toEqual(["record 80", "record 90"]);
  });

  test("of which a part is missing, or whose digests alone were changed, is told", async () => {
    expect(named(await inStore(history, [at(0), at(2)]))).toEqual([
      ...["50", "60", "70", "80"].map((position) => `inserted ${position}`),
      "record 90",
    ]);
    const wrong = altered(history, 1);
    const digests = { ...at(0), events: (recordsOf(wrong)[0] as ChainRecord).events };
    expect(named(await inStore(wrong, [digests, at(1), at(2)]))).toEqual(["record 40"]);
  });

  test("that was signed anew over a changed event is told by a head that somebody has kept", async () => {
    const wrong = altered(history, 5);
    const known = new Map([["80", at(1).head]]);
    expect(await inStore(wrong, recordsOf(wrong))).toEqual([]);
    expect(named(await inStore(wrong, recordsOf(wrong), known))).toEqual(["record 80"]);
    expect(named(await inStore(history.slice(0, 4), records.slice(0, 1), known))).toEqual(["record 80"]);
  });
});

describe("one event of the backup", () => {
  test("that was changed is named, by the backup alone and by the store", async () => {
    await fc.assert(
      fc.asyncProperty(planted, async ({ history, at }) => {
        const lines = linesOf(history).map((line, index) => (index === at ? alteredLine(line) : line));
        const expected = [`changed ${nameOf(history[at])}`];
        expect(named(await inBackup(lines))).toEqual(expected);
        expect(named(await between(history, lines))).toEqual(expected);
      }),
    );
  });

  test("that is missing is named by its stream and revision, where that goes on, else by its place", async () => {
    await fc.assert(
      fc.asyncProperty(planted, async ({ history, at }) => {
        const { stream, revision } = history[at] as KeptEvent;
        const goesOn = history.slice(at + 1).some((event) => event.stream === stream);
        const expected = {
          ...{ where: "backup", kind: "missing", position: nameOf(history[at + 1]) },
          ...(goesOn && { stream, revision: String(revision) }),
        };
        const lines = linesOf(history).toSpliced(at, 1);
        expect(await inBackup(lines)).toEqual([expected]);
        expect(named(await between(history, lines))).toEqual([`inserted ${nameOf(history[at])}`]);
      }),
    );
  });

  test("that was inserted is named", async () => {
    await fc.assert(
      fc.asyncProperty(planted, async ({ history, at }) => {
        const lines = linesOf(history);
        const intruder = stray(history[at] as KeptEvent);
        const wrong = lines.toSpliced(at + 1, 0, ...linesOf([intruder], lines[at]?.link));
        expect(named(await inBackup(wrong))).toEqual([`inserted ${nameOf(intruder)}`]);
        expect(named(await between(history, wrong))).toEqual([`missing ${nameOf(intruder)}`]);
      }),
    );
  });
});

describe("one against the other", () => {
  /** Gives the histories behind a position, and tells from which they were asked for. */
  function both(events: readonly KeptEvent[], lines: readonly Line[], records: readonly ChainRecord[]) {
    const asked: (bigint | undefined)[] = [];
    const end = BigInt(lines.at(-1)?.told.position ?? 0);
    const verified = verifyBoth({
      pages(after = 0n) {
        asked.push(after);
        return each([events.filter(({ position }) => position > after)]);
      },
      chain: { records: each(records), isSigned },
      lines: (after = 0n) => each(lines.filter(({ told }) => BigInt(told.position) > after)),
      head: records.findLast(({ upTo }) => BigInt(upTo) <= end),
    });
    return verified.then((told) => ({ ...told, asked }));
  }

  test("tells each fault once, of the side where it is, by the event's own place", async () => {
    const plant = fc.constantFrom("changed", "missing", "inserted");
    await fc.assert(
      fc.asyncProperty(
        planted,
        plant,
        fc.boolean(),
        fc.boolean(),
        older,
        async ({ history, at }, kind, isInStore, isChainedYet, older) => {
          const intruder = stray(history[at] as KeptEvent);
          const wrong = {
            changed: altered(history, at),
            missing: history.toSpliced(at, 1),
            inserted: history.toSpliced(at + 1, 0, intruder),
          }[kind];
          const right = linesOf(history);
          const lines = {
            changed: right.map((line, index) => (index === at ? alteredLine(line) : line)),
            missing: right.toSpliced(at, 1),
            inserted: right.toSpliced(at + 1, 0, ...linesOf([intruder], right[at]?.link)),
          }[kind];
          const [events, backup] = isInStore ? [wrong, right] : [history, lines];
          // What is not in the chain yet is shown by the backup alone.
          const records = isChainedYet ? recordsOf(history, older) : [];
          const expected = kind === "inserted" ? intruder : (history[at] as KeptEvent);
          const { findings, sameUpTo } = await both(events, backup, records);
          const where = isInStore ? "store" : "backup";
          expect(sameUpTo).toBeUndefined();
          expect(findings.map((one) => `${one.where} ${one.kind}`)).toContain(`${where} ${kind}`);
          expect(findings).toContainEqual(
            expect.objectContaining({ where, kind, stream: expected.stream, revision: String(expected.revision) }),
          );
          if (isChainedYet || !isInStore) expect(findings).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("is proven by one head that both have, and only what follows it is compared", async () => {
    const history = historyOf([0, 1, 2, 0, 1, 2, 0]);
    const records = recordsOf(history.slice(0, 4));
    const lines = linesOf(history.slice(0, 6));
    expect(await both(history, lines, records)).toEqual({
      ...{ findings: [], chained: 4, unchained: 3, sameUpTo: "40", asked: [0n, 40n] },
    });
    const { findings, asked } = await both(altered(history, 5), lines, records);
    expect([named(findings), asked]).toEqual([["changed 60"], [0n, 40n]]);
  });

  test("is compared event by event where the store's chain was begun in an older form", async () => {
    const history = historyOf([0, 1, 2, 0, 1, 2, 0]);
    const { findings, sameUpTo, asked } = await both(history, linesOf(history), recordsOf(history, 1));
    expect([findings, sameUpTo, asked]).toEqual([[], undefined, [0n, 0n]]);
  });

  test("is told apart where both were made anew in their own way", async () => {
    const history = historyOf([0, 1, 2, 0, 1, 2, 0]);
    const { findings, sameUpTo } = await both(history, linesOf(altered(history, 2)), recordsOf(history));
    expect([named(findings), sameUpTo]).toEqual([["changed 30"], undefined]);
  });
});
