import assert from "node:assert/strict";
import { type JsonObject, TickQuality, type TradeDetail, type TradeView } from "@tradesage/contracts";
import { PATIENCE_MS } from "@tradesage/until";
import { afterAll, beforeAll, test } from "vitest";
import { questions } from "../src/endpoints.ts";
import { compareWithReplay } from "../src/index.ts";
import { type Fact, type Installation, opened, startInstallation } from "./installation.ts";

let installation: Installation;
let tenant: string;

const START = Date.UTC(2026, 0, 15, 10);
const [accountId, symbol] = ["main", "EURUSD"];
const quote = (second: number) => ({ bid: "1.10000", ask: "1.10010", timeMsc: START + second * 1000 });
const filled = (id: string, side: string, volume: string, second: number): readonly Fact[] => {
  const order = { accountId, orderId: id, symbol, side, volume };
  const execution = { executionId: id, price: "1.10000", remaining: "0.00", quote: quote(second) };
  return [
    { type: "OrderPlaced", data: { ...order, kind: "market", margin: "0.00" } },
    { type: "OrderFilled", data: { ...order, ...execution } },
  ];
};
const position = (type: string, id: string, volume: string, price: string, more: JsonObject = {}): Fact => ({
  type,
  data: { accountId, symbol, side: "buy", executionId: id, volume, price, ...more },
});
const stop = (stopLoss: string, more: JsonObject = {}): Fact => ({
  type: "PositionProtected",
  data: { accountId, symbol, side: "buy", stopLoss, ...more },
});

const opening: Fact[] = [
  opened(accountId),
  ...filled("in", "buy", "0.20", 0),
  position("PositionOpened", "in", "0.20", "1.10000", { margin: "0.00" }),
  stop("1.09800"),
  stop("1.09700"),
  ...filled("half", "sell", "0.10", 60),
  position("PositionReduced", "half", "0.10", "1.10200", { total: "0.10", profit: "20.00", margin: "0.00" }),
  stop("1.10100", { quote: quote(100) }),
  ...filled("out", "sell", "0.10", 200),
  position("PositionClosed", "out", "0.10", "1.10600", { profit: "60.00" }),
];
const next: Fact[] = [
  ...filled("again", "buy", "0.30", 300),
  position("PositionOpened", "again", "0.30", "1.20000", { margin: "0.00" }),
];

/** Two positions of one instrument, one inside the other. */
const hedged = (type: string, positionId: string, volume: string, more: JsonObject): Fact =>
  position(type, `${positionId}-${type.toLowerCase()}`, volume, "1.10000", { accountId: "hedge", positionId, ...more });
const hedging: Fact[] = [
  {
    type: "AccountOpened",
    data: { accountId: "hedge", name: "Hedge", currency: "USD", leverage: 100, mode: "hedging", venue: "paper" },
  },
  hedged("PositionOpened", "long", "1", { margin: "0.00" }),
  hedged("PositionOpened", "short", "2", { side: "sell", margin: "0.00" }),
  hedged("PositionReduced", "long", "0.4", { total: "0.6", profit: "4.00", margin: "0.00" }),
  hedged("PositionClosed", "short", "2", { side: "sell", profit: "-5.00" }),
  hedged("PositionClosed", "long", "0.6", { profit: "6.00" }),
];

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant();
  const runner = await installation.runner();
  await installation.append(tenant, "account-main", opening);
  await installation.append(tenant, "account-main", next);
  const last = await installation.append(tenant, "account-hedge", hedging);
  assert.ok(await runner.progress.reached(tenant, last, PATIENCE_MS));
});
afterAll(() => installation?.[Symbol.asyncDispose]());

async function ask<Answer>(name: string, data: JsonObject): Promise<Answer> {
  const question = questions.find((one) => one.name === name);
  assert.ok(question);
  const { answer } = await question.ask(data)(installation.database.postgres, tenant);
  return answer as Answer;
}
interface Page {
  readonly items: readonly TradeView[];
  readonly next?: string;
}

test("an account's trades are told newest first, each from its opening to its close", async () => {
  const { items } = await ask<Page>("trades", { accountId });
  assert.deepEqual(
    items.map(({ status, volume, profit, r, stopMoves, stopWidened }) => [
      status,
      volume,
      profit,
      r,
      stopMoves,
      stopWidened,
    ]),
    [
      ["open", "0.3", "0.00", undefined, 0, false],
      ["closed", "0.2", "80.00", "2", 1, true],
    ],
  );
  const first = await ask<Page>("trades", { accountId, limit: 1 });
  const second = await ask<Page>("trades", { accountId, limit: 1, cursor: first.next ?? "" });
  assert.deepEqual([...first.items, ...second.items], items);
  assert.equal(second.next, undefined);
  assert.deepEqual((await ask<Page>("trades", { accountId, symbol: "GBPUSD" })).items, []);
  await assert.rejects(ask("trades", { accountId: "nobody" }), { code: "ACCOUNT_NOT_FOUND" });
});

test("hedged positions of one instrument are trades of their own", async () => {
  const { items } = await ask<Page>("trades", { accountId: "hedge" });
  assert.deepEqual(
    items.map(({ tradeId, side, status, volume, profit }) => [tradeId, side, status, volume, profit]),
    [
      ["2", "sell", "closed", "2", "-5.00"],
      ["1", "buy", "closed", "1", "10.00"],
    ],
  );
});

test("a trade is told with its fills, every change of its stops, and its excursions by the ticks", async () => {
  const { items } = await ask<Page>("trades", { accountId });
  const { tradeId = "" } = items[1] ?? {};
  const before = await ask<TradeDetail>("trade", { accountId, tradeId });
  assert.deepEqual(
    before.fills.map(({ kind, price, profit }) => [kind, price, profit]),
    [
      ["opened", "1.10000", undefined],
      ["reduced", "1.10200", "20.00"],
      ["closed", "1.10600", "60.00"],
    ],
  );
  assert.deepEqual(
    before.stops.map(({ stopLoss, trailed, actor }) => [stopLoss, trailed, actor]),
    [
      ["1.09800", false, "test"],
      ["1.09700", false, "test"],
      ["1.10100", true, "test"],
    ],
  );
  assert.equal(before.excursion, undefined);

  // Ticks at both ends, a bar for the whole minutes between, and others outside of the trade.
  await installation.database.postgres.tenant(tenant, async (_, client) => {
    await client.query("insert into feeds (symbol) values ('EURUSD')");
    const tick = (second: number, bid: number, quality = 0) =>
      client.query(
        `insert into ticks (time, bid, ask, last, volume, feed, ordinal, flags, utc_offset_seconds, quality, backfill)
         select to_timestamp($1 / 1000.0), $2::float8, $2::float8 + 0.0001, 0, 0, feed, 0, 6, 0, $3, false from feeds`,
        [START + second * 1000, bid, quality],
      );
    await tick(-1, 1.05);
    await tick(10, 1.0995);
    await tick(70, 1.05);
    await tick(190, 1.107);
    await tick(195, 0, TickQuality.zero_price);
    await tick(201, 1.3);
    await client.query(
      `insert into bars_1m (time, feed, ticks, bid_open, bid_high, bid_low, bid_close, ask_open, ask_high, ask_low, ask_close)
       select to_timestamp($1 / 1000.0), feed, 1, 1.1, 1.1065, 1.099, 1.1, 1.2, 1.2, 1.2, 1.2 from feeds`,
      [START + 60_000],
    );
  });
  const { excursion } = await ask<TradeDetail>("trade", { accountId, tradeId });
  assert.deepEqual(excursion, { mae: "0.001", mfe: "0.007", maeR: "0.5", mfeR: "3.5" });
});

test("what is no opening of a trade of this account is no trade", async () => {
  for (const tradeId of ["1", "999999999999999999"])
    await assert.rejects(ask("trade", { accountId, tradeId }), { code: "TRADE_NOT_FOUND" });
  await assert.rejects(ask("trade", { accountId: "nobody", tradeId: "1" }), { code: "ACCOUNT_NOT_FOUND" });
});

test("what trades are made of is what a replay gives", async () => {
  const { postgres } = installation.database;
  const { differences } = await compareWithReplay({ postgres, eventStore: installation.eventStore }, tenant);
  assert.deepEqual(differences, []);
});
