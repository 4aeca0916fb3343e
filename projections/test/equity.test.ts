import { equityQueries, type JsonObject, subjects, type TenantId } from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { startTelemetry } from "@tradesage/telemetry";
import { PATIENCE_MS, until } from "@tradesage/until";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import { questions } from "../src/endpoints.ts";
import { type EquitySampler, startEquitySampler } from "../src/equity/sample-equity.ts";
import { storeSamples } from "../src/equity/store-samples.ts";
import { rebuild } from "../src/index.ts";
import type { Runner } from "../src/runner/runner.ts";
import { deposited, type Fact, type Installation, opened, startInstallation } from "./installation.ts";

type Answer = z.output<typeof equityQueries.equity.answer>;

const accountId = "main";
const money = (type: string, amount: string): Fact => ({ type, data: { accountId, amount, currency: "USD" } });
/** A deal of DEAL_TYPE_BALANCE. */
const paidAtBroker = (amount: string): Fact => {
  const nothing = { order: "0", position: "0", magic: "0", name: "", entry: 0, volume: "0", price: "0" };
  const deal = { ticket: "1", ...nothing, type: 2, profit: amount, commission: "0", fee: "0", swap: "0", timeMsc: 1 };
  return { type: "DealRecorded", data: { accountId, deal, amount } };
};
const bought: Fact = {
  type: "PositionOpened",
  data: { accountId, symbol: "EURUSD", side: "buy", executionId: "e1", volume: "1", price: "1.1", margin: "1100.00" },
};
const { logger } = startTelemetry({ service: "equity-test", logLevel: "silent" });
const NOON = Date.UTC(2026, 0, 15, 12);

let installation: Installation;
let bus: Bus;
let runner: Runner;
let sampling: EquitySampler | undefined;
let tenant: TenantId;
beforeAll(async () => {
  installation = await startInstallation();
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "equity-test" });
  runner = await installation.runner((scope) => sampling?.written(scope));
});
afterAll(async () => {
  await bus.close();
  await installation[Symbol.asyncDispose]();
});
beforeEach(async () => {
  tenant = await installation.tenant();
});

async function ask(data: JsonObject = {}): Promise<Answer> {
  const question = questions.find(({ name }) => name === equityQueries.equity.name);
  const reply = await question?.ask({ accountId, ...data })(installation.database.postgres, tenant);
  return reply?.answer as Answer;
}
const untilTold = (what: string, holds: (answer: Answer) => boolean): Promise<Answer> =>
  until(what, async () => {
    const answer = await ask({ interval: "1s" }).catch((): Answer => ({ items: [] }));
    return holds(answer) && answer;
  });

/** Until the read models are where the history is. */
async function settled(position: bigint): Promise<void> {
  await runner.progress.reached(tenant, position, PATIENCE_MS);
}

describe("the equity of an account", () => {
  const sample = (minute: number, equity: string, position: bigint) => {
    const rest = { balance: equity, credit: "0.00", margin: "0.00", floating: "0.00", position: String(position) };
    return { accountId, at: new Date(NOON + minute * 60_000).toISOString(), equity, ...rest };
  };
  const store = (...samples: readonly ReturnType<typeof sample>[]) =>
    storeSamples(installation.database.postgres, tenant, samples);

  test("is told by intervals, as it was at their ends, between its lowest and highest, page by page", async () => {
    const position = await installation.append(tenant, "account-main", [
      opened(accountId),
      deposited(accountId, "1000.00"),
    ]);
    await settled(position);
    await store(...["1000.00", "900.00", "1200.00", "1100.00"].map((equity, at) => sample(at * 2, equity, position)));
    const { items } = await ask({ interval: "5m" });
    expect(items).toEqual([
      {
        ...{ timeMsc: NOON, balance: "1200.00", credit: "0.00", equity: "1200.00", margin: "0.00", floating: "0.00" },
        ...{ equityLow: "900.00", equityHigh: "1200.00", samples: 3 },
      },
      expect.objectContaining({ timeMsc: NOON + 300_000, equity: "1100.00", samples: 1 }),
    ]);
    const first = await ask({ interval: "5m", limit: 1 });
    const second = await ask({ interval: "5m", limit: 1, cursor: first.next ?? "" });
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second).not.toHaveProperty("next");
    const range = await ask({ from: NOON + 120_000, to: NOON + 360_000 });
    expect(range.items.map(({ equity }) => equity)).toEqual(["900.00", "1200.00"]);
  });

  test("has a largest drawdown: what was lost by trading, from the height before; payments are neither", async () => {
    const facts = [opened(accountId), deposited(accountId, "1000.00"), money("FundsWithdrawn", "400.00")];
    const positions: bigint[] = [];
    for (const fact of [...facts, paidAtBroker("5000.00")])
      positions.push(await installation.append(tenant, "account-main", [fact]));
    const [, paid = 0n, withdrawn = 0n, again = 0n] = positions;
    await settled(again);
    await store(
      sample(0, "1000.00", paid),
      sample(1, "1100.00", paid),
      sample(2, "700.00", withdrawn),
      sample(3, "600.00", withdrawn),
      sample(4, "5600.00", again),
      sample(5, "5550.00", again),
    );
    expect((await ask()).maxDrawdown).toEqual({
      ...{ amount: "150.00", percent: "2.63", fromMsc: NOON + 120_000, toMsc: NOON + 300_000 },
    });
    expect((await ask({ to: NOON + 240_000 })).maxDrawdown).toMatchObject({ amount: "100.00", percent: "14.29" });
    expect(await ask({ to: NOON + 120_000 })).not.toHaveProperty("maxDrawdown");
  });

  test("is stored once a second, and only once what was paid in until then is known", async () => {
    const position = await installation.append(tenant, "account-main", [opened(accountId)]);
    await settled(position);
    expect(await store(sample(0, "1.00", position))).toEqual([]);
    expect(await store(sample(0, "2.00", position), sample(1, "3.00", position + 1_000_000n))).toEqual([
      accountId,
      accountId,
    ]);
    expect((await ask()).items.map(({ equity }) => equity)).toEqual(["1.00"]);
  });

  test("of an account that is not there is refused", async () => {
    await expect(ask({ accountId: "nobody" })).rejects.toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
  });
});

describe("samples", () => {
  /** Trading, as far as it tells what the account is worth. */
  async function serveTrading() {
    const told = { balance: "0.00", equity: undefined as string | undefined, position: 0n };
    const serving = await bus.serve(subjects.query("live", tenant, "liveState"), "test", async () => {
      const { balance, equity, position } = told;
      const state = { accountId, currency: "USD", at: new Date().toISOString(), balance, credit: "0.00" };
      const held = { margin: "0.00", reserved: "0.00", positions: [], quotes: [] };
      const worth =
        equity === undefined ? { valuation: "incomplete" } : { valuation: "live", floating: "0.00", equity };
      return { position: String(position), answer: { ...state, ...held, ...worth } };
    });
    return { told, stop: () => serving.stop() };
  }
  const start = () => {
    const { postgres } = installation.database;
    sampling = startEquitySampler({ bus, postgres, logger, sampleEveryMs: 1000 });
    return sampling;
  };
  const equities = ({ items }: Answer) => items.map(({ equity }) => equity);

  test("are taken at bookings, and again and again while positions are open; a rebuild leaves them alone", async () => {
    const trading = await serveTrading();
    const sampler = start();
    const append = async (...facts: readonly Fact[]) => {
      trading.told.position = await installation.append(tenant, "account-main", facts);
    };
    trading.told.equity = "1000.00";
    await append(opened(accountId), deposited(accountId, "1000.00"));
    await untilTold("a sample of the booking", (answer) => equities(answer).includes("1000.00"));
    await append(bought);
    await untilTold("samples while it holds something", ({ items }) => items.length >= 3);
    const { items: before } = await ask({ interval: "1s" });
    await rebuild({ postgres: installation.database.postgres, eventStore: installation.eventStore }, tenant);
    expect((await ask({ interval: "1s" })).items.slice(0, before.length)).toEqual(before);
    await sampler.stop();
    await trading.stop();
  });

  test("that could not be taken when they were due are taken later, also after a restart; of what holds nothing nobody is asked", async () => {
    await installation.append(tenant, "account-main", [opened(accountId), deposited(accountId, "4.00")]);
    const first = start();
    await untilTold("a sample of what holds nothing", (answer) => equities(answer).includes("4.00"));
    await settled(await installation.append(tenant, "account-main", [bought, deposited(accountId, "1.00")]));
    const trading = await serveTrading();
    trading.told.equity = "5.00";
    await untilTold("a sample, once trading answers", (answer) => equities(answer).includes("5.00"));
    await first.stop();
    const position = await installation.append(tenant, "account-main", [deposited(accountId, "2.00")]);
    await settled(position);
    Object.assign(trading.told, { balance: "7.00", equity: "7.00", position });
    const second = start();
    await untilTold("a sample of what was missed", (answer) => equities(answer).includes("7.00"));
    await second.stop();
    await trading.stop();
  });
});
