import { rebuild } from "@tradesage/projections";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, until } from "../src/installation.ts";
import { deposit, untilAcknowledged } from "../src/load.ts";

/** `kill -9` of any one process in the middle of it loses no acknowledged command and no acknowledged tick. */
const victims = [
  "gateway",
  "data-bridge",
  "tenants",
  "trading",
  "market-data",
  "projections",
  "event-store",
  "nats",
  "postgres",
  "redis",
] as const;
const TICKS = 12_000;

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
}, 120_000);
afterAll(() => installation?.stop());

describe("an installation under load survives kill -9 of", () => {
  test.each(victims)("%s: nothing acknowledged is lost, nothing is there twice", async (victim) => {
    const tenant = await installation.tenant(`kill_${victim.replace("-", "_")}`);
    await tenant.openAccount("main", "1000");
    const ticks = tenant.stream("EURUSD", { ticks: TICKS, perSecond: 6_000 });
    const deposits = deposit(tenant.api, "main");
    await until("the load runs", 20_000, async () => deposits.acknowledged.size > 50);

    const { restarts } = installation.stack.process(victim);
    installation.stack.process(victim).kill("SIGKILL");
    await until(`${victim} came back`, 30_000, async () => installation.stack.process(victim).restarts > restarts);
    await installation.stack.waitReady();

    const before = deposits.acknowledged.size;
    await until("commands are taken again", 30_000, async () => deposits.acknowledged.size > before + 50);
    await deposits.finish();
    await ticks;

    // Each acknowledged command has its events exactly once, and their fold is the balance.
    const kept = await tenant.events("FundsDeposited");
    expect(kept.length).toBe(deposits.acknowledged.size + 1);
    const account = await untilAcknowledged(async () =>
      tenant.api.call("getAccount", { accountId: "main" }, { after: (await tenant.lastPosition()).toString() }),
    );
    expect(Number(account.balance)).toBe(1000 + deposits.acknowledged.size);

    // Each acknowledged tick is stored once.
    await until("all ticks are in the table", 30_000, async () => (await tenant.rows("ticks")) >= TICKS);
    expect(await tenant.tickDifferences()).toEqual([]);

    // The read models are what a fresh replay gives.
    const compared = await rebuild({ ...installation.connections, tenant: tenant.id });
    expect(compared.differences).toEqual([]);
  }, 120_000);
});
