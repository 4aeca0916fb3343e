import type { ChainRecord } from "@tradesage/contracts";
import { verifyStore } from "@tradesage/event-chain";
import { type KeptEvent, WrongExpectedRevision } from "@tradesage/event-store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTenantChain, RECORD } from "./tenant-chain.ts";

const tenant = "acme";
const signer = { sign: async () => "signed" };
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A tenant's history and its chain, in memory; every call takes a turn of the event loop at least. */
function store() {
  const events: KeptEvent[] = [];
  const records: ChainRecord[] = [];
  let readings = 0;
  return {
    events,
    records,
    readings: () => readings,
    happen() {
      const revision = BigInt(events.length);
      events.push({
        ...{ id: `e${revision}`, type: "FundsDeposited", stream: `${tenant}-account-main`, revision },
        ...{ position: revision * 10n + 10n, at: new Date(0) },
        ...{ isJson: true, data: Buffer.from(`{"amount":"${revision}"}`), metadata: Buffer.from("{}") },
      });
    },
    open: () =>
      createTenantChain({
        ...{ tenant, signer, signal: new AbortController().signal },
        eventStore: {
          async *readPages({ after = 0n } = {}) {
            readings++;
            await turn();
            for (const event of events.filter(({ position }) => position > after)) yield [event];
          },
          async *readStream(stream) {
            await turn();
            const data = records.at(-1);
            const revision = BigInt(records.length - 1);
            if (data) yield { id: "", type: "", stream, revision, position: 0n, at: new Date(0), data, metadata: {} };
          },
          async append(stream, [event], expected) {
            await turn();
            const actual = records.length === 0 ? "no_stream" : BigInt(records.length - 1);
            if (actual !== expected) throw new WrongExpectedRevision(stream, expected, actual);
            records.push(event?.data as ChainRecord);
            await turn();
            return { revision: BigInt(records.length - 1), position: 0n };
          },
        },
      }),
    async findings() {
      const each = async function* <Item>(items: readonly Item[]) {
        yield* items;
      };
      return Array.fromAsync(
        verifyStore({ pages: each([events]), records: each(records), isSigned: async () => true }),
      );
    },
  };
}

test("whoever records, and whenever events come, each is in the chain once", async () => {
  const act = fc.constantFrom("happen", "give", "extend", "wait");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ act, who: fc.nat(1) }), { maxLength: 60 }), async (steps) => {
      const kept = store();
      const followers = [0, 1].map(() => ({ chain: kept.open(), given: 0, extending: Promise.resolve<unknown>(0) }));
      const give = (follower: (typeof followers)[number]) => {
        const event = kept.events[follower.given++];
        if (event) follower.chain.take(event);
        else follower.given--;
      };
      const extend = (follower: (typeof followers)[number]) => {
        follower.extending = follower.extending.then(() => follower.chain.extend()).catch(() => undefined);
      };
      for (const { act, who } of steps) {
        const follower = followers[who];
        if (act === "happen") kept.happen();
        else if (act === "wait" || !follower) await turn();
        else if (act === "give") give(follower);
        else extend(follower);
      }
      kept.happen();
      for (const follower of followers) {
        for (const _ of kept.events) give(follower);
        await follower.extending;
        await follower.chain.extend().catch(() => undefined);
      }
      expect(await kept.findings()).toEqual([]);
      expect(kept.records.reduce((sum, { events }) => sum + events.length, 0)).toBe(kept.events.length);
    }),
  );
});

test("what is linked as it comes is not read again, and no record grows too long", async () => {
  const kept = store();
  const chain = kept.open();
  kept.happen();
  expect(await chain.extend()).toBe(10n);
  for (let count = 0; count < RECORD + 1; count++) {
    kept.happen();
    chain.take(kept.events.at(-1) as KeptEvent);
  }
  expect(await chain.extend()).toBe(kept.events.at(-1)?.position);
  expect(kept.records.map(({ events }) => events.length)).toEqual([1, RECORD, 1]);
  expect(kept.readings()).toBe(1);
});
