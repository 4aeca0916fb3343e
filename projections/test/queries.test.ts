import assert from "node:assert/strict";
import {
  type AccountView,
  type DeskTermsView,
  type JsonObject,
  type JsonValue,
  type OrderView,
  type PositionView,
  type QueryReply,
  type Scope,
  subjects,
  type TransactionView,
  tenantQueries,
  tradingQueries,
} from "@tradesage/contracts";
import { type Bus, connectBus } from "@tradesage/message-bus";
import { afterAll, beforeAll, describe, test } from "vitest";
import { questions } from "../src/endpoints.ts";
import type { Runner } from "../src/runner/runner.ts";
import { serveQueries } from "../src/serve-queries.ts";
import { accountHistory, deposited, type Installation, opened, startInstallation } from "./installation.ts";

let installation: Installation;
let bus: Bus;
let runner: Runner;
let tenant: string;
let stranger: string;
let position: bigint;

beforeAll(async () => {
  installation = await startInstallation();
  bus = await connectBus({ url: process.env["NATS_URL"] ?? "", name: "queries-test" });
  runner = await installation.runner();
  const { postgres } = installation.database;
  await serveQueries({ bus, postgres, progress: runner.progress, questions });
  [tenant, stranger] = await Promise.all([installation.tenant(), installation.tenant()]);
  await installation.append(tenant, `tenant-${tenant}`, [
    { type: "TenantRequested", data: { tenantId: tenant, name: "Acme", template: "trading" } },
    { type: "TenantActivated", data: { tenantId: tenant } },
  ]);
  await installation.append(tenant, "account-main", accountHistory("main", 3));
  position = await installation.append(tenant, "account-second", accountHistory("second", 0));
});
afterAll(async () => {
  await bus?.close();
  await installation?.[Symbol.asyncDispose]();
});

async function ask<Answer = unknown>(scope: Scope, query: string, data: JsonObject, after = position) {
  const payload = { query, data, tenant: scope, after: String(after) };
  const reply = await bus.request(subjects.query("projections", scope, query), payload as JsonValue, {
    deadlineMs: 8000,
  });
  return reply as QueryReply & { readonly answer: Answer };
}
const refused = (code: string) => ({ name: "Refused", code });

describe("queries of the read models", () => {
  test("who asks after the position of his own write reads it", async () => {
    for (let amount = 1; amount <= 20; amount++) {
      const written = await installation.append(tenant, "account-second", [deposited("second", "1.00")]);
      const reply = await ask<AccountView>(tenant, "account", { accountId: "second" }, written);
      assert.equal(reply.answer.balance, `${1000 + amount}.00`);
      assert.equal(reply.answer.position, String(written));
      assert.ok(BigInt(reply.position) >= written);
    }
  });

  test("a position that is not reached in time is told so, with how far the model has come", async () => {
    await assert.rejects(ask(tenant, "accounts", {}, 10n ** 17n), refused("READ_MODEL_BEHIND"));
  });

  test("answers are what the contract says", async () => {
    const account = { accountId: "main" };
    const order = { ...account, orderId: "o1-sell" };
    const lists = { orders: account, executions: account, positions: account, ledger: account };
    const asked = { accounts: {}, account, order, ...lists } as const;
    for (const [name, data] of Object.entries(asked)) {
      const { answer } = await ask(tenant, name, data);
      assert.deepEqual(tradingQueries[name as keyof typeof asked].answer.parse(answer), answer, name);
    }
    const { answer } = await ask("platform", "tenant", { tenantId: tenant });
    assert.deepEqual(tenantQueries.tenant.answer.parse(answer), answer);
    assert.equal((answer as { status: string }).status, "active");
  });

  test("a filled order tells what it was filled at, on average", async () => {
    const { answer } = await ask<OrderView>(tenant, "order", { accountId: "main", orderId: "o2-sell" });
    assert.equal(answer.status, "filled");
    assert.equal(answer.averagePrice, "1.1001");
    assert.equal(answer.limitPrice, "1.10020");
  });

  test("an order tells what it is linked with and how it trails, a position how its stop does", async () => {
    const trailing = { distance: "0.00200", step: "0.00020" };
    const named = { accountId: "trails", symbol: "EURUSD", side: "buy" } as const;
    const quote = { bid: "1.10", ask: "1.10", timeMsc: 1 };
    const placed = { ...named, orderId: "a", volume: "1", kind: "trailing_stop", margin: "0.00" };
    const written = await installation.append(tenant, "account-trails", [
      { type: "OrderPlaced", data: { ...placed, stopPrice: "1.20000", trailing, oco: ["b", "c"] } },
      { type: "OrderTrailed", data: { accountId: "trails", orderId: "a", stopPrice: "1.19000", quote } },
      { type: "PositionOpened", data: { ...named, executionId: "x", volume: "1", price: "1.10", margin: "0.00" } },
      { type: "PositionProtected", data: { ...named, stopLoss: "1.05000", trailingStop: trailing, quote } },
    ]);
    const order = await ask<OrderView>(tenant, "order", { accountId: "trails", orderId: "a" }, written);
    assert.deepEqual(
      [order.answer.stopPrice, order.answer.trailing, order.answer.oco],
      ["1.19000", trailing, ["b", "c"]],
    );
    const positions = await ask<{ items: PositionView[] }>(tenant, "positions", { accountId: "trails" }, written);
    assert.deepEqual(positions.answer.items[0]?.trailingStop, trailing);
  });

  test("an account tells its balance after commissions, and how its orders are filled", async () => {
    const terms = {
      ...{ latencyMs: 20, latencyJitterMs: 0, slippage: { model: "none" }, seed: "" },
      commission: { model: "per_lot", amount: "3.50" },
    };
    const charge = { accountId: "terms", orderId: "o", executionId: "x", symbol: "EURUSD" };
    const written = await installation.append(tenant, "account-terms", [
      opened("terms"),
      deposited("terms", "100.00"),
      { type: "PaperTermsSet", data: { accountId: "terms", terms } },
      { type: "CommissionCharged", data: { ...charge, amount: "3.50", currency: "USD" } },
    ]);
    const { answer } = await ask<AccountView>(tenant, "account", { accountId: "terms" }, written);
    assert.deepEqual([answer.balance, answer.paperTerms], ["96.50", terms]);
  });

  test("the ledger tells every movement of money, newest first, as entries that sum to zero", async () => {
    type Page = { items: TransactionView[]; next?: string };
    const { answer } = await ask<Page>(tenant, "ledger", { accountId: "main", limit: 3 });
    assert.deepEqual(
      answer.items.map(({ kind, symbol, entries }) => [kind, symbol, entries]),
      Array.from({ length: 3 }, () => [
        ...["profit", "EURUSD"],
        [
          { account: "cash", amount: "0.50" },
          { account: "trading_result", amount: "-0.50" },
        ],
      ]),
    );
    const rest = await ask<Page>(tenant, "ledger", { accountId: "main", cursor: String(answer.next) });
    assert.deepEqual(
      rest.answer.items.map(({ kind, currency, entries }) => [kind, currency, entries[0]]),
      [["deposit", "USD", { account: "cash", amount: "1000.00" }]],
    );
  });

  test("pages put together are the whole, newest first", async () => {
    type Page = { items: OrderView[]; next?: string };
    const whole = (await ask<Page>(tenant, "orders", { accountId: "main" })).answer;
    assert.equal(whole.next, undefined);
    const pages: OrderView[] = [];
    let cursor: string | undefined;
    do {
      const { answer }: { answer: Page } = await ask<Page>(tenant, "orders", {
        accountId: "main",
        limit: 4,
        ...(cursor !== undefined && { cursor }),
      });
      pages.push(...answer.items);
      cursor = answer.next;
    } while (cursor !== undefined);
    assert.deepEqual(pages, whole.items);
    assert.deepEqual(pages.map(({ orderId }) => orderId).slice(0, 2), ["o2-sell", "o2-buy"]);
  });

  test("hedged positions of one instrument are told apart by their ids", async () => {
    const named = { accountId: "hedged", symbol: "EURUSD", executionId: "x", volume: "1", price: "1.10000" } as const;
    const written = await installation.append(tenant, "account-hedged", [
      opened("hedged", "hedging"),
      { type: "PositionOpened", data: { ...named, positionId: "a", side: "buy", margin: "1100.00" } },
      { type: "PositionOpened", data: { ...named, positionId: "b", side: "sell", margin: "1100.00" } },
      { type: "PositionOpened", data: { ...named, positionId: "c", side: "buy", margin: "2200.00" } },
      { type: "PositionClosed", data: { ...named, positionId: "a", side: "buy", profit: "0.00", margin: "1100.00" } },
    ]);
    const { answer } = await ask<{ items: PositionView[] }>(tenant, "positions", { accountId: "hedged" }, written);
    assert.deepEqual(
      answer.items.map(({ positionId, side }) => [positionId, side]),
      [
        ["b", "sell"],
        ["c", "buy"],
      ],
    );
  });

  test("what is not there is not found; an account without orders has an empty list", async () => {
    const nobody = { accountId: "nobody" };
    for (const name of ["account", "orders", "executions", "positions", "ledger"]) {
      await assert.rejects(ask(tenant, name, nobody), refused("ACCOUNT_NOT_FOUND"), name);
    }
    await assert.rejects(ask(tenant, "order", { ...nobody, orderId: "x" }), refused("ORDER_NOT_FOUND"));
    await assert.rejects(ask(tenant, "instrument", { symbol: "EURUSD" }), refused("INSTRUMENT_NOT_FOUND"));
    assert.deepEqual((await ask(tenant, "orders", { accountId: "second" })).answer, { items: [] });
  });

  test("another tenant's account is one that does not exist", async () => {
    await assert.rejects(ask(stranger, "account", { accountId: "main" }), refused("ACCOUNT_NOT_FOUND"));
    assert.deepEqual((await ask(stranger, "accounts", {})).answer, { items: [] });
  });

  test("a desk has the terms that were set, and none before; only a tenant has one", async () => {
    const rollover = { at: "17:00", zone: "America/New_York" };
    const asked = { tenantId: tenant };
    assert.deepEqual((await ask("platform", "deskTerms", asked)).answer, asked);
    const after = await installation.append(tenant, `desk-${tenant}`, [
      { type: "DeskTermsSet", data: { tenantId: tenant, rollover } },
    ]);
    const { answer } = await ask<DeskTermsView>("platform", "deskTerms", asked, after);
    assert.deepEqual([answer.rollover, answer.position], [rollover, String(after)]);
    await assert.rejects(ask("platform", "deskTerms", { tenantId: "nobody_knows" }), refused("TENANT_NOT_FOUND"));
  });

  test("a tenant that does not exist, or is not provisioned, is refused", async () => {
    await assert.rejects(ask("nobody_knows", "accounts", {}), refused("TENANT_NOT_FOUND"));
    const early = installation.database.uniqueTenant();
    const data = { tenantId: early, name: "Early", template: "trading" };
    const after = await installation.append(early, `tenant-${early}`, [{ type: "TenantRequested", data }]);
    await ask("platform", "tenant", { tenantId: early }, after);
    await assert.rejects(ask(early, "accounts", {}, 0n), refused("TENANT_NOT_ACTIVE"));
  });

  test("malformed questions are refused", async () => {
    await assert.rejects(ask(tenant, "accounts", { limit: 0 }), refused("INVALID_INPUT"));
    await assert.rejects(ask(tenant, "accounts", { unknown: 1 }), refused("INVALID_INPUT"));
    await assert.rejects(ask(tenant, "orders", { accountId: "main", cursor: "' or 1=1" }), refused("INVALID_INPUT"));
    await assert.rejects(ask(tenant, "tenants", {}), refused("INVALID_INPUT"));
    await assert.rejects(ask("platform", "accounts", {}), refused("INVALID_INPUT"));
    const foreign = { query: "accounts", data: {}, tenant: stranger };
    await assert.rejects(
      bus.request(subjects.query("projections", tenant, "accounts"), foreign),
      refused("INVALID_INPUT"),
    );
  });
});
