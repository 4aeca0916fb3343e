import { randomUUID } from "node:crypto";
import { type JsonObject, refuse, type TenantId } from "@tradesage/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, type Rig, startRig } from "./rig.ts";

let rig: Rig;
let tenant: TenantId;
let trader: string;
let admin: string;
let commands: Asked[];

const order = { symbol: "EURUSD", side: "buy", volume: "0.10", kind: "market" };
const reply = { commandId: randomUUID(), position: "42", revision: "3", events: [] };

beforeAll(async () => {
  rig = await startRig({ allowedOrigins: ["https://desk.example.com"] });
  tenant = await rig.tenant();
  trader = await rig.token({ tenant });
  admin = await rig.token({ tenant, roles: ["admin"] });
  commands = await rig.respond(`cmd.trading.${tenant}.>`, ({ payload }) => {
    if (payload.data["volume"] === "999")
      refuse("INSUFFICIENT_MARGIN", "It needs 100.00", { required: "100.00", free: "5.00" });
    if (payload.data["volume"] === "998") throw new Error("the password is hunter2");
    return reply;
  });
});
afterAll(() => rig.close());

interface Sent {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly text?: string;
}

async function send(method: string, path: string, { token, headers, body, text }: Sent = {}) {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(rig.url + path, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(content !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(content !== undefined && { body: content }),
  });
  const answer = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (/json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(answer) : answer) as JsonObject,
  };
}
const place = (sent: Sent) => send("POST", "/v1/accounts/main/orders", { token: trader, ...sent });
const codes = async (answer: Promise<{ status: number; body: JsonObject }>) => {
  const { status, body } = await answer;
  return `${status} ${body["code"]}`;
};

describe("a command", () => {
  test("goes to its service as an envelope that the token, the path and the body make", async () => {
    const key = randomUUID();
    const answer = await place({
      body: order,
      headers: { "idempotency-key": key, "x-request-id": "req-1", "x-tenant-id": "other", "x-user": "root" },
    });
    expect(answer).toMatchObject({ status: 201, body: reply });
    const { subject, payload } = commands.at(-1) ?? {};
    expect(subject).toMatch(new RegExp(`^cmd\\.trading\\.${tenant}\\.PlaceOrder\\.\\d+$`));
    expect(payload).toMatchObject({
      command: "PlaceOrder",
      tenant,
      actor: "ann",
      idempotencyKey: key,
      correlation: "req-1",
      data: { ...order, accountId: "main" },
    });
    expect(answer.headers.get("tradesage-position")).toBe("42");
    expect(answer.headers.get("idempotency-key")).toBe(key);
    expect(answer.headers.get("x-request-id")).toBe("req-1");
    expect(answer.headers.get("location")).toBe(`/v1/accounts/main/orders/${payload?.data["orderId"]}`);
  });

  test("that is repeated makes the same id, another one another, and another account's another", async () => {
    const idOf = async (account: string, key: string) => {
      await send("POST", `/v1/accounts/${account}/orders`, {
        token: trader,
        body: order,
        headers: { "idempotency-key": key },
      });
      return commands.at(-1)?.payload.data["orderId"];
    };
    const first = await idOf("main", "k1");
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await idOf("main", "k1")).toBe(first);
    expect(await idOf("main", "k2")).not.toBe(first);
    expect(await idOf("second", "k1")).not.toBe(first);
  });

  test("without a key gets one, which is told", async () => {
    const answer = await place({ body: order });
    expect(answer.headers.get("idempotency-key")).toBe(commands.at(-1)?.payload["idempotencyKey"]);
  });

  test("that is refused is answered as a problem with the numbers behind it", async () => {
    const answer = await place({ body: { ...order, volume: "999" }, headers: { "x-request-id": "req-2" } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: "/problems/INSUFFICIENT_MARGIN",
        title: "The free margin does not cover the order",
        status: 422,
        code: "INSUFFICIENT_MARGIN",
        detail: "It needs 100.00",
        instance: "req-2",
        values: { required: "100.00", free: "5.00" },
      },
    });
  });

  test("that fails inside tells nothing of our insides", async () => {
    const answer = await place({ body: { ...order, volume: "998" } });
    expect(answer).toMatchObject({ status: 500, body: { code: "INTERNAL" } });
    expect(JSON.stringify(answer.body)).not.toContain("hunter2");
  });

  test("that nobody serves is unavailable at once", async () => {
    const answer = await send("POST", "/v1/tenants", {
      token: await rig.token({ roles: ["operator"] }),
      body: { tenantId: "nobody_serves" },
    });
    expect(answer).toMatchObject({ status: 503, body: { code: "UNAVAILABLE" } });
    expect(answer.headers.get("retry-after")).toBe("1");
  });
});

describe("a body", () => {
  test.each([
    ["half a text", '{"symbol":', "400 MALFORMED_JSON"],
    ["a key twice", '{"volume":"1","volume":"2"}', "400 MALFORMED_JSON"],
    ["__proto__", '{"__proto__":{"roles":["admin"]}}', "400 MALFORMED_JSON"],
    ["a number beyond doubles", '{"volume":1e999}', "400 MALFORMED_JSON"],
    ["deep nesting", "[".repeat(5000) + "]".repeat(5000), "400 MALFORMED_JSON"],
    ["a list", "[]", "422 INVALID_INPUT"],
    ["text", '"EURUSD"', "422 INVALID_INPUT"],
    ["null", "null", "422 INVALID_INPUT"],
    ["nothing", "", "422 INVALID_INPUT"],
  ])("of %s is refused", async (_, text, expected) => {
    const before = commands.length;
    expect(await codes(place({ text }))).toBe(expected);
    expect(commands.length).toBe(before);
  });

  test("names every unknown and every wrong field, mass assignment among them", async () => {
    const answer = await place({
      body: { ...order, volume: "-1", accountId: "other", tenant: "other", status: "filled" },
    });
    expect(answer.status).toBe(422);
    const paths = (answer.body["errors"] as { path: string }[]).map(({ path }) => path);
    expect(paths.sort()).toEqual(["accountId"]);
    const again = await place({ body: { ...order, volume: "-1", tenant: "other", status: "filled" } });
    expect((again.body["errors"] as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      "status",
      "tenant",
      "volume",
    ]);
  });

  test("must be JSON by its media type", async () => {
    const headers = { "content-type": "text/plain" };
    expect(await codes(place({ body: order, headers }))).toBe("415 UNSUPPORTED_MEDIA_TYPE");
  });

  test("of an Idempotency-Key that is none is refused", async () => {
    expect(await codes(place({ body: order, headers: { "idempotency-key": "a b" } }))).toBe(
      "400 INVALID_IDEMPOTENCY_KEY",
    );
    expect(await codes(place({ body: order, headers: { "idempotency-key": "x".repeat(129) } }))).toBe(
      "400 INVALID_IDEMPOTENCY_KEY",
    );
  });

  test("that is too large is refused, and its sender can read that", async () => {
    const body = { ...order, symbol: "x".repeat(100_000) };
    expect(await codes(place({ body }))).toBe("413 BODY_TOO_LARGE");
  });
});

describe("a query", () => {
  test("goes to its owner with its numbers, and its answer says how far the history was", async () => {
    const asked = await rig.respond(`query.market-data.${tenant}.bars`, () => ({
      position: "7",
      answer: { items: [] },
    }));
    const answer = await send("GET", "/v1/instruments/%23AAPL/bars?limit=5&timeframe=1h&after=9", { token: trader });
    expect(answer).toMatchObject({ status: 200, body: { items: [] } });
    expect(answer.headers.get("tradesage-position")).toBe("7");
    expect(asked[0]?.payload).toMatchObject({
      query: "bars",
      tenant,
      after: "9",
      data: { symbol: "#AAPL", limit: 5, timeframe: "1h", from: 0 },
    });
  });

  test("takes the position to wait for from a header as well", async () => {
    const asked = await rig.respond(`query.projections.${tenant}.account`, () => ({ position: "8", answer: {} }));
    await send("GET", "/v1/accounts/main", { token: trader, headers: { "tradesage-after": "8" } });
    expect(asked[0]?.payload["after"]).toBe("8");
  });

  test.each(["?limit=0", "?limit=abc", "?limit=1&limit=2", "?tenant=other", "?status=gone", "?after=-1"])(
    "with %s is refused",
    async (search) =>
      expect(await codes(send("GET", `/v1/accounts/main/orders${search}`, { token: trader }))).toBe(
        "422 INVALID_INPUT",
      ),
  );
});

describe("who may", () => {
  const orders = "/v1/accounts/main/orders";

  test("a viewer reads and does not trade, a trader opens no account, a terminal's key opens nothing here", async () => {
    const viewer = await rig.token({ tenant, roles: ["viewer"] });
    const terminal = `tsk.${tenant}.london.${"A".repeat(43)}`;
    expect(await codes(send("POST", orders, { token: viewer, body: order }))).toBe("403 FORBIDDEN");
    expect(await codes(send("POST", "/v1/accounts", { token: trader, body: {} }))).toBe("403 FORBIDDEN");
    expect(await codes(send("GET", orders, { token: terminal }))).toBe("401 UNAUTHENTICATED");
    expect((await send("POST", "/v1/accounts", { token: admin, body: {} })).status).toBe(201);
  });

  test("an operator works on tenants, not in one; a tenant's operator is none", async () => {
    const operator = await rig.token({ roles: ["operator", "admin"] });
    const impostor = await rig.token({ tenant, roles: ["operator"] });
    expect(await codes(send("GET", orders, { token: operator }))).toBe("403 FORBIDDEN");
    expect(await codes(send("GET", "/v1/tenants", { token: impostor }))).toBe("403 FORBIDDEN");
  });

  test("a tenant that does not exist, and one that is not active yet, cannot be worked in", async () => {
    const nowhere = await rig.token({ tenant: "never_made" });
    const early = await rig.token({ tenant: await rig.tenant("provisioning") });
    expect(await codes(send("POST", orders, { token: nowhere, body: order }))).toBe("404 TENANT_NOT_FOUND");
    expect(await codes(send("POST", orders, { token: early, body: order }))).toBe("409 TENANT_NOT_ACTIVE");
  });

  test("an admin says how long his own tenant keeps its market data, and nobody else's", async () => {
    const other = await rig.tenant();
    const asked = await rig.respond(`cmd.tenants.${tenant}.>`, () => reply);
    const set = (tenantId: string, token: string) =>
      send("POST", `/v1/tenants/${tenantId}/retention`, { token, body: { kind: "ticks", days: 30 } });
    expect((await set(tenant, admin)).status).toBe(200);
    expect(asked.at(-1)?.payload).toMatchObject({ tenant, data: { tenantId: tenant, kind: "ticks", days: 30 } });
    expect(await codes(set(other, admin))).toBe("404 TENANT_NOT_FOUND");
    expect(await codes(set("nosuch", admin))).toBe("404 TENANT_NOT_FOUND");
    expect(await codes(set(tenant, trader))).toBe("403 FORBIDDEN");
    const bad = (body: object) => send("POST", `/v1/tenants/${tenant}/retention`, { token: admin, body });
    for (const body of [
      { kind: "orders", days: 1 },
      { kind: "ticks", days: 0 },
      { kind: "ticks", days: 1.5 },
      { kind: "ticks" },
    ])
      expect(await codes(bad(body))).toBe("422 INVALID_INPUT");
  });

  test("another tenant answers exactly as one that does not exist", async () => {
    const other = await rig.tenant();
    await rig.respond("query.projections.platform.tenant", ({ payload }) => ({ position: "1", answer: payload.data }));
    const ask = async (id: string) => {
      const { status, body } = await send("GET", `/v1/tenants/${id}`, {
        token: trader,
        headers: { "x-request-id": "same" },
      });
      return { status, body };
    };
    expect(await ask(other)).toEqual(await ask("never_made"));
    expect(await ask(other)).toMatchObject({ status: 404, body: { code: "TENANT_NOT_FOUND" } });
    expect(await ask(tenant)).toMatchObject({ status: 200, body: { tenantId: tenant } });
  });
});

describe("the edge", () => {
  test("answers unknown paths and methods as problems", async () => {
    expect(await codes(send("GET", "/v1/nothing"))).toBe("404 ROUTE_NOT_FOUND");
    expect(await codes(send("GET", "/v1/accounts/%ff/orders", { token: trader }))).toBe("404 ROUTE_NOT_FOUND");
    const put = await send("PUT", "/v1/accounts");
    expect(put).toMatchObject({ status: 405, body: { code: "METHOD_NOT_ALLOWED" } });
    expect(put.headers.get("allow")).toBe("POST, GET");
  });

  test("guards every answer with headers", async () => {
    for (const { headers } of [await send("GET", "/v1/accounts"), await place({ body: order })]) {
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  test("makes a request id where the given one is not sane", async () => {
    const answer = await send("GET", "/v1/accounts", { headers: { "x-request-id": "a b<script>" } });
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("lets only pages of allowed origins read across origins", async () => {
    const ask = (origin: string, method = "GET") => send(method, "/v1/accounts", { headers: { origin } });
    expect((await ask("https://evil.example.com")).headers.get("access-control-allow-origin")).toBeNull();
    expect((await ask("https://evil.example.com", "OPTIONS")).status).toBe(405);
    expect((await ask("https://desk.example.com")).headers.get("access-control-allow-origin")).toBe(
      "https://desk.example.com",
    );
    const preflight = await ask("https://desk.example.com", "OPTIONS");
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("idempotency-key");
  });

  test("serves health, the documents, the reference page and what a problem means without a token", async () => {
    expect((await send("GET", "/health")).body).toEqual({ status: "alive" });
    expect((await send("GET", "/openapi.json")).body["openapi"]).toBe("3.1.1");
    expect((await send("GET", "/asyncapi.json")).body["asyncapi"]).toBe("3.0.0");
    expect(String((await send("GET", "/docs")).body)).toContain("/docs/swagger-ui-bundle.js");
    expect((await send("GET", "/docs/swagger-ui-bundle.js")).status).toBe(200);
    expect(String((await send("GET", "/problems/NO_QUOTE")).body)).toContain("There is no quote");
    expect((await send("GET", "/problems/__proto__")).status).toBe(404);
  });
});
