import assert from "node:assert/strict";
import type { EventStore, KeptEvent } from "@tradesage/event-store";
import { type Postgres, TenantNotProvisioned } from "@tradesage/postgres";
import { describe, test } from "vitest";
import { historyLag } from "./history-lag.ts";

/** A history in memory, and how far the read models of each tenant have come. */
function installation() {
  const history: KeptEvent[] = [];
  const checkpoints = new Map<string, bigint>();
  const eventStore: Pick<EventStore, "head" | "readPages"> = {
    head: async () => BigInt(history.length),
    async *readPages({ after = 0n } = {}) {
      yield history.filter(({ position }) => position > after);
    },
  };
  const postgres: Pick<Postgres, "tenant"> = {
    async tenant<Result>(tenant: string) {
      const position = checkpoints.get(tenant);
      if (position === undefined) throw new TenantNotProvisioned(tenant);
      return { position } as Result;
    },
  };
  const keep = (at: number, ...names: readonly string[]) => {
    for (const stream of names) {
      const position = BigInt(history.length + 1);
      history.push({ stream, position, at: new Date(at) } as KeptEvent);
    }
  };
  return { keep, checkpoints, lag: historyLag(eventStore, postgres) };
}

describe("the lag of a tenant's read models", () => {
  test("is the age of the oldest event that they lack, and none when they lack none", async () => {
    const { keep, checkpoints, lag } = installation();
    keep(0, "acme-account-a");
    await lag.readOn();
    keep(1000, "acme-account-a", "globex-account-a");
    for (let at = 2000; at < 60_000; at += 10) keep(at, "acme-account-a");
    await lag.readOn();
    checkpoints.set("acme", 1n).set("globex", 3n);
    assert.equal(await lag.lag("acme", 61_000), 60);
    assert.equal(await lag.lag("globex", 61_000), 0);
    checkpoints.set("acme", 3000n);
    assert.ok(Math.abs((await lag.lag("acme", 61_000)) - (61_000 - 2000 - 2996 * 10) / 1000) <= 0.2);
    checkpoints.set("acme", 5802n);
    assert.equal(await lag.lag("acme", 61_000), (61_000 - 59_990) / 1000);
    checkpoints.set("acme", 5803n);
    assert.equal(await lag.lag("acme", 61_000), 0);
  });

  test("is not told of a tenant that has no schema", async () => {
    const { keep, lag } = installation();
    await lag.readOn();
    keep(1000, "early-account-a");
    await lag.readOn();
    assert.equal(await lag.lag("early", 61_000), 0);
  });
});

test("events are counted by tenant, each once, from the first look on", async () => {
  const { keep, lag } = installation();
  keep(0, "acme-account-a", "globex-account-a");
  await lag.readOn();
  assert.equal(lag.count("acme"), 0);
  keep(1, "acme-account-a", "acme-journal-a", "platform-chain-acme", "nobody's");
  await lag.readOn();
  keep(2, "acme-account-a");
  await lag.readOn();
  assert.equal(lag.count("acme"), 3);
  assert.equal(lag.count("globex"), 0);
});
