import { compareWithReplay } from "@tradesage/projections";
import { generateTicks, type TerminalTick } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation } from "../src/installation.ts";
import { deposit } from "../src/load.ts";
import { keeping, tickDifferences } from "../src/ticks.ts";

/** `kill -9` of any one process in the middle of it loses no acknowledged command and no acknowledged tick. */
const victims = [
  "gateway",
  "data-bridge",
  "tenants",
  "trading",
  "market-data",
  "projections",
  "backups",
  "event-store",
  "nats",
  "postgres",
  "redis",
  "ma130",
] as const;

const TICKS = 6_000;
const TICKS_PER_SECOND = 4_000;

describe("an installation under load survives kill -9", () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await startInstallation();
  });
  afterAll(() => installation?.stop());

  test.each(victims)("of %s: nothing acknowledged is lost, nothing is there twice", async (victim) => {
    const { stack, postgres, eventStore } = installation;
    const tenant = await installation.tenant(`kill_${victim.replace("-", "_")}`);
    await tenant.openAccount("main", "1000");
    const sent: TerminalTick[] = [];
    const made = generateTicks({ symbol: "EURUSD", rate: TICKS_PER_SECOND, count: TICKS });
    const streaming = tenant.stream("EURUSD", keeping(made, sent));
    const deposits = deposit(tenant.admin, "main");
    await until("the load runs", async () => deposits.acknowledged.size > 50 && sent.length > 1000);

    const process = stack.process(victim);
    const { restarts } = process;
    process.kill("SIGKILL");
    await until(`${victim} has come back`, async () => process.restarts > restarts);
    await stack.waitReady();
    const before = deposits.acknowledged.size;
    await until("commands are taken again", async () => deposits.acknowledged.size > before + 50);
    await deposits.finish();
    expect(await streaming).toMatchObject({ read: TICKS });

    // Each acknowledged command has its event exactly once, and the balance is their fold.
    const history = await tenant.history();
    const kept = history.filter(({ type }) => type === "FundsDeposited");
    expect(kept.length).toBe(deposits.acknowledged.size + 1);
    const after = String(history.at(-1)?.position);
    const account = await tenant.trader.call("getAccount", { accountId: "main" }, { after });
    expect(Number(account.balance)).toBe(1000 + deposits.acknowledged.size);

    // Each acknowledged tick is stored once, as it was sent.
    await until("all ticks are in the table", async () => (await tenant.tickCount()) >= TICKS);
    expect(await tickDifferences(tenant.trader, "EURUSD", sent)).toEqual([]);

    // The read models are what a fresh replay gives.
    const compared = await compareWithReplay({ postgres, eventStore }, tenant.id);
    expect(compared.differences).toEqual([]);
    expect(compared.rows).toBeGreaterThan(1);
  });
});
