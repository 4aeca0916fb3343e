import { generateTicks } from "@tradesage/simulator";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";

/** A command that should not have been sent gets a coded problem (RFC 9457) and changes nothing. */
let installation: Installation;
let tenant: Tenant;
let token: string;

beforeAll(async () => {
  installation = await startInstallation();
  tenant = await installation.tenant("careful");
  const other = await installation.tenant("other");
  await tenant.stream("EURUSD", generateTicks({ symbol: "EURUSD", start: Date.now() - 60_000, count: 100 }));
  await until("there is a quote", async () =>
    tenant.trader.call("getQuote", { symbol: "EURUSD" }).then(Boolean, () => false),
  );
  await tenant.openAccount("main", "1000");
  await other.openAccount("theirs", "1000");
  token = await installation.token("careful", "admin");
});
afterAll(() => installation?.stop());

const order = { symbol: "EURUSD", side: "buy", volume: "0.01", kind: "market" };
const orders = "/v1/accounts/main/orders";

interface Bad {
  path?: string;
  body: unknown;
  headers?: Record<string, string>;
}

async function send({ path = orders, body, headers = {} }: Bad) {
  const response = await fetch(new URL(path, installation.stack.urls.gateway), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get("content-type"), problem: await response.json() };
}

/** Everything that a bad command could have changed. */
async function state() {
  const history = await tenant.history();
  const after = String(history.at(-1)?.position);
  const accounts = await tenant.admin.call("listAccounts", {}, { after });
  const placed = await tenant.admin.call("listOrders", { accountId: "main" }, { after });
  return { events: history.length, accounts: accounts.items, orders: placed.items };
}

describe("who may not trade is told so, and nothing is changed", () => {
  test("while the account is halted", async () => {
    const halt = (state: "halted" | "active") =>
      tenant.admin.call("setTradingState", { accountId: "main", state, reason: "a drill" });
    await halt("halted");
    const before = await state();
    expect(await send({ body: order })).toMatchObject({
      status: 409,
      problem: { code: "TRADING_HALTED", values: { scope: "account", state: "halted", reason: "a drill" } },
    });
    expect(await state()).toEqual(before);
    expect(before.accounts).toMatchObject([{ tradingState: "halted", restrictedBecause: "a drill" }]);
    await halt("active");
  });
  test("and is told by which of its rules", async () => {
    const hold = (limits: { openOrders?: number }) =>
      tenant.admin.call("setRiskRules", { accountId: "main", rules: { name: "house", limits } });
    const { position } = await hold({ openOrders: 0 });
    const before = await state();
    expect(await send({ body: order })).toMatchObject({
      status: 409,
      problem: {
        code: "TOO_MANY_ORDERS",
        values: { rule: "openOrders", limit: 0, value: 1, rules: "house", version: 1, bid: expect.any(String) },
      },
    });
    expect(await state()).toEqual(before);
    const risk = await tenant.admin.call("getAccountRisk", { accountId: "main" }, { after: position });
    expect(risk).toMatchObject({ version: 1, rules: { name: "house", limits: { openOrders: 0 } } });
    await hold({});
  });
  test("and a trader does not let himself trade again", async () => {
    const change = { accountId: "main", state: "active", reason: "please" } as const;
    await expect(tenant.trader.call("setTradingState", change)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const desk = { tenantId: "platform", state: "halted", reason: "mine" } as const;
    await expect(tenant.admin.call("setDeskState", desk)).rejects.toMatchObject({ code: "TENANT_NOT_FOUND" });
  });
});

describe("a bad command gets a coded problem and changes nothing", () => {
  test.each<[string, Bad, number, string]>([
    ["an unknown instrument", { body: { ...order, symbol: "NOSUCH" } }, 404, "INSTRUMENT_NOT_FOUND"],
    ["a negative quantity", { body: { ...order, volume: "-1" } }, 422, "INVALID_INPUT"],
    ["a quantity of zero", { body: { ...order, volume: "0.00" } }, 422, "INVALID_INPUT"],
    ["a quantity as a JSON number", { body: { ...order, volume: 0.01 } }, 422, "INVALID_INPUT"],
    ["insufficient margin", { body: { ...order, volume: "50" } }, 422, "INSUFFICIENT_MARGIN"],
    ["an unknown field", { body: { ...order, leverage: 1000 } }, 422, "INVALID_INPUT"],
    ["a tenant in the body", { body: { ...order, tenant: "other" } }, 422, "INVALID_INPUT"],
    ["malformed JSON", { body: '{"symbol":' }, 400, "MALFORMED_JSON"],
    [
      "linked orders of which one does not wait",
      {
        path: "/v1/accounts/main/linked-orders",
        body: {
          orders: [
            { ...order, orderId: "a" },
            { ...order, orderId: "b" },
          ],
        },
      },
      422,
      "INVALID_INPUT",
    ],
    [
      "more money than is free",
      { path: "/v1/accounts/main/withdrawals", body: { amount: "1000000" } },
      422,
      "INSUFFICIENT_FUNDS",
    ],
    ["a payment of nothing", { path: "/v1/accounts/main/withdrawals", body: { amount: "0.00" } }, 422, "INVALID_INPUT"],
    [
      "credit that was never given",
      { path: "/v1/accounts/main/credit/recalls", body: { amount: "1" } },
      422,
      "INSUFFICIENT_CREDIT",
    ],
    [
      "a correction without a reason",
      { path: "/v1/accounts/main/adjustments", body: { amount: "-1" } },
      422,
      "INVALID_INPUT",
    ],
    [
      "a stop loss that stands and trails",
      { body: { ...order, stopLoss: "1.00000", trailingStop: { distance: "0.00100" } } },
      422,
      "INVALID_INPUT",
    ],
    [
      "terms of the paper venue that are none",
      { path: "/v1/accounts/main/paper-terms", body: { slippage: { model: "huge", ticks: 3 }, depth: "0" } },
      422,
      "INVALID_INPUT",
    ],
    ["a key given twice", { body: '{"symbol":"EURUSD","symbol":"GBPUSD"}' }, 400, "MALFORMED_JSON"],
    ["an oversized body", { body: `{"symbol":"${"x".repeat(200_000)}"}` }, 413, "BODY_TOO_LARGE"],
    ["another media type", { body: "a=b", headers: { "content-type": "text/plain" } }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["an account of another tenant", { path: "/v1/accounts/theirs/orders", body: order }, 404, "ACCOUNT_NOT_FOUND"],
    ["an account of nobody", { path: "/v1/accounts/nobodys/orders", body: order }, 404, "ACCOUNT_NOT_FOUND"],
    ["no valid token", { body: order, headers: { authorization: "Bearer x.y.z" } }, 401, "UNAUTHENTICATED"],
    ["a role that may not", { path: "/v1/tenants", body: { tenantId: "mine" } }, 403, "FORBIDDEN"],
    [
      "an unusable Idempotency-Key",
      { body: order, headers: { "idempotency-key": "a b" } },
      400,
      "INVALID_IDEMPOTENCY_KEY",
    ],
  ])("%s", async (_, bad, status, code) => {
    const before = await state();
    const answer = await send(bad);
    expect(answer).toMatchObject({ status, type: "application/problem+json", problem: { status, code } });
    expect(Object.keys(answer.problem as object)).toEqual(
      expect.arrayContaining(["type", "title", "detail", "instance"]),
    );
    expect(await state()).toEqual(before);
  });

  test("another tenant's account answers exactly as one that does not exist", async () => {
    const [theirs, nobodys] = await Promise.all(
      ["theirs", "nobodys"].map((id) => send({ path: `/v1/accounts/${id}/orders`, body: order })),
    );
    const anonymous = (text: unknown) =>
      JSON.stringify(text)
        .replaceAll(/theirs|nobodys/g, "ID")
        .replaceAll(/"instance":"[^"]*"/g, "");
    expect(anonymous(theirs)).toBe(anonymous(nobodys));
  });
});

describe("the same Idempotency-Key", () => {
  const headers = { "idempotency-key": "one-intention" };

  test("with the same body has one effect and an identical answer", async () => {
    const body = { amount: "10.00" };
    const first = await send({ path: "/v1/accounts/main/deposits", body, headers });
    const before = await state();
    expect(await send({ path: "/v1/accounts/main/deposits", body, headers })).toEqual(first);
    expect(await state()).toEqual(before);
  });

  test("with another body is refused", async () => {
    const answer = await send({ path: "/v1/accounts/main/deposits", body: { amount: "11.00" }, headers });
    expect(answer).toMatchObject({ status: 422, problem: { code: "IDEMPOTENCY_KEY_REUSED" } });
  });

  test("of another tenant is independent", async () => {
    const other = await installation.api("other", "admin");
    const reply = await other.call(
      "deposit",
      { accountId: "theirs", amount: "5.00" },
      { idempotencyKey: "one-intention" },
    );
    expect(reply.events).toMatchObject([{ type: "FundsDeposited", data: { amount: "5.00" } }]);
  });

  test("answers a refusal again as it did the first time", async () => {
    const key = { "idempotency-key": "too-much" };
    const first = await send({ body: { ...order, volume: "40" }, headers: key });
    expect(first.problem).toMatchObject({ code: "INSUFFICIENT_MARGIN" });
    await tenant.admin.call("deposit", { accountId: "main", amount: "1000000" });
    const again = await send({ body: { ...order, volume: "40" }, headers: key });
    const { instance: _, ...told } = again.problem as { instance: string };
    expect(first.problem).toMatchObject(told);
  });
});
