import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buildBeside, dumpTenant, type PoolClient, provisionTenantSchema, swapIn } from "@tradesage/postgres";
import { PATIENCE_MS, until } from "@tradesage/until";
import { afterAll, beforeAll, describe, test } from "vitest";
import { bringReadModels, compareWithReplay } from "../src/index.ts";
import { accountHistory, deposited, type Installation, startInstallation } from "./installation.ts";

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation?.[Symbol.asyncDispose]());

const balanceOf = async (tenant: string) => {
  const row = await installation.database.postgres.tenant(tenant, (db) =>
    db.selectFrom("accounts").select("balance").where("account_id", "=", "main").executeTakeFirst(),
  );
  return row?.balance;
};

async function assertEqualToReplay(scope: string): Promise<number> {
  const { postgres } = installation.database;
  const { differences, rows } = await compareWithReplay({ postgres, eventStore: installation.eventStore }, scope);
  assert.deepEqual(differences, []);
  return rows;
}

describe("the projection runner", () => {
  test("what was decided becomes readable", async () => {
    const tenant = await installation.tenant();
    const runner = await installation.runner();
    const position = await installation.append(tenant, "account-main", accountHistory("main", 3));
    assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
    assert.equal(await balanceOf(tenant), "1001.50");
    assert.equal(await assertEqualToReplay(tenant), 2 + 6 + 6 + 4 + 12);
    await runner.stop();
  });

  test("a tenant's events wait for its schema, and nobody else's wait with them", async () => {
    const runner = await installation.runner();
    const early = installation.database.uniqueTenant();
    const ready = await installation.tenant();
    const request = { tenantId: early, name: "Early", template: "trading" };
    await installation.append(early, `tenant-${early}`, [{ type: "TenantRequested", data: request }]);
    await installation.append(early, "account-main", accountHistory("main", 1));
    const other = await installation.append(ready, "account-main", accountHistory("main", 1));
    assert.ok(await runner.progress.reached(ready, other, PATIENCE_MS));
    await provisionTenantSchema(installation.database.postgres, early, "trading");
    const activated = await installation.append(early, `tenant-${early}`, [
      { type: "TenantActivated", data: { tenantId: early } },
    ]);
    assert.ok(await runner.progress.reached(early, activated, PATIENCE_MS));
    assert.equal(await balanceOf(early), "1000.50");
    assert.ok(await runner.progress.reached("platform", activated, PATIENCE_MS));
    await assertEqualToReplay("platform");
    await runner.stop();
  });

  test("a tenant without trading has no use for account events, and is not stopped by them", async () => {
    const runner = await installation.runner();
    const tenant = installation.database.uniqueTenant();
    await provisionTenantSchema(installation.database.postgres, tenant, "basic");
    const position = await installation.append(tenant, "account-main", accountHistory("main", 1));
    assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
    await runner.stop();
  });

  test.each(["while the tenant is busy", "while nothing happens"])(
    "a read model that a migration adds gets the whole history, %s",
    async (when) => {
      const tenant = await installation.tenant();
      const first = await installation.runner();
      const before = await installation.append(tenant, "account-main", accountHistory("main", 3));
      assert.ok(await first.progress.reached(tenant, before, PATIENCE_MS));
      await first.stop();
      const asNew = (client: PoolClient) =>
        client.query("delete from positions; update checkpoints set position = 0 where name = 'positions'");
      await installation.database.postgres.tenant(tenant, (_, client) => asNew(client));

      const runner = await installation.runner();
      if (when === "while the tenant is busy") {
        const position = await installation.append(tenant, "account-other", accountHistory("other", 2));
        assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
      }
      await until("the accounts are there", async () => {
        const { rows } = await installation.database.postgres.tenant(tenant, (_, client) =>
          client.query(
            "select 1 from checkpoints where name in ('accounts', 'positions') group by () having min(position) = max(position)",
          ),
        );
        return rows.length === 1;
      });
      assert.ok((await assertEqualToReplay(tenant)) > 12);
      await runner.stop();
    },
  );

  test("fifty times Postgres is torn away, and each event counts once", async () => {
    const runner = await installation.runner();
    const tenants = await Promise.all([installation.tenant(), installation.tenant()]);
    const [opened, ...trades] = Array.from({ length: 51 }, (_, part) =>
      part === 0 ? accountHistory("main", 0) : accountHistory("main", part).slice(-6),
    );
    for (const part of [opened ?? [], ...trades]) {
      const positions = await Promise.all(tenants.map((tenant) => installation.append(tenant, "account-main", part)));
      await until("a connection to end", async () => (await installation.database.terminateBackends()) > 0);
      for (const [index, tenant] of tenants.entries()) {
        assert.ok(await runner.progress.reached(tenant, positions[index] ?? 0n, PATIENCE_MS));
      }
    }
    for (const tenant of tenants) {
      assert.equal(await balanceOf(tenant), "1025.00");
      await assertEqualToReplay(tenant);
    }
    await runner.stop();
  });

  test("runners that begin and end in the middle of it, two at a time, count each event once", async () => {
    const tenant = await installation.tenant();
    let position = 0n;
    const history = accountHistory("main", 200);
    for (let start = 0; start < history.length; start += 100) {
      const runners = await Promise.all([installation.runner(), installation.runner()]);
      position = await installation.append(tenant, "account-main", history.slice(start, start + 100));
      await Promise.all(runners.map((runner) => runner.stop()));
    }
    const last = await installation.runner();
    assert.ok(await last.progress.reached(tenant, position, PATIENCE_MS));
    assert.equal(await balanceOf(tenant), "1100.00");
    await assertEqualToReplay(tenant);
    await last.stop();
  });

  test("events that come while another schema takes the tenant's place count once", async () => {
    const { postgres } = installation.database;
    const tenant = await installation.tenant();
    const runner = await installation.runner();
    let position = await installation.append(tenant, "account-main", accountHistory("main", 3));
    assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
    const script = await dumpTenant(postgres, tenant, (dump) => Array.fromAsync(dump.script));
    const parts = {
      template: "trading",
      readModels: true,
      ticks: Readable.from([]),
      script: Readable.from(script),
    } as const;
    await buildBeside(postgres, tenant, parts);
    let isHeld = false;
    const bring = async (client: PoolClient) => {
      position = await installation.append(tenant, "account-main", [deposited("main", "1.00")]);
      if (isHeld) await until("the runner waits for the checkpoints", isAnybodyWaiting);
      isHeld = true;
      await bringReadModels(client, installation.eventStore, tenant);
    };
    const isAnybodyWaiting = async () => {
      const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
      return (await installation.database.query(waiting)).length > 0;
    };
    await swapIn(postgres, tenant, "restoring", { bring });
    position = await installation.append(tenant, "account-main", [deposited("main", "1.00")]);
    assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
    assert.equal(await balanceOf(tenant), "1004.50");
    await assertEqualToReplay(tenant);
    await runner.stop();
  });

  test("an event that cannot be read stops its tenant behind the last good one, and nobody else", async () => {
    const [poisoned, healthy] = await Promise.all([installation.tenant(), installation.tenant()]);
    const good = accountHistory("main", 2);
    const lastGood = await installation.append(poisoned, "account-main", good);
    const bad = deposited("main", "a lot");
    const more = deposited("main", "5.00");
    const behind = await installation.append(poisoned, "account-main", [bad, more]);
    const position = await installation.append(healthy, "account-main", good);
    const runner = await installation.runner();
    assert.ok(await runner.progress.reached(healthy, position, PATIENCE_MS));
    assert.ok(await runner.progress.reached(poisoned, lastGood, PATIENCE_MS));
    assert.equal(await runner.progress.reached(poisoned, behind, 0), false);
    assert.equal(await balanceOf(poisoned), "1001.00");
    await until("the poisoned tenant is stopped", () => runner.stopped().includes(poisoned));
    await until("all is caught up", () => runner.caughtUp());
    assert.deepEqual(runner.stopped(), [poisoned]);
    await runner.stop();
  });
});

test("the comparison with a replay finds a row that was tampered with, one that is missing and one too many", async () => {
  await using own = await startInstallation();
  const tenant = await own.tenant();
  const runner = await own.runner();
  const position = await own.append(tenant, "account-main", accountHistory("main", 3));
  assert.ok(await runner.progress.reached(tenant, position, PATIENCE_MS));
  await own.database.postgres.tenant(tenant, async (db) => {
    await db.updateTable("accounts").set({ balance: "1001.51" }).execute();
    await db.deleteFrom("executions").where("execution_id", "=", "e0-buy").execute();
    const order = await db.selectFrom("orders").selectAll().limit(1).executeTakeFirstOrThrow();
    await db
      .insertInto("orders")
      .values({ ...order, order_id: "planted" })
      .execute();
  });
  const { postgres } = own.database;
  const { differences } = await compareWithReplay({ postgres, eventStore: own.eventStore }, tenant);
  assert.deepEqual(differences.map(({ table, only }) => `${table} ${only}`).sort(), [
    "accounts live",
    "accounts replayed",
    "executions replayed",
    "orders live",
  ]);
});
