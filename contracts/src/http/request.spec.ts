import { describe, expect, test } from "vitest";
import { Refused } from "../refusals.ts";
import { afterOf, dataOf, requestOf } from "./request.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

const search = (text = "") => new URLSearchParams(text);
const generate = (field: string) => `made-${field.toLowerCase()}`;
const order = { symbol: "EURUSD", side: "buy", volume: "0.10", kind: "market" };
const errorsOf = (attempt: () => unknown) => {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { errors } = error.values as { errors: { path: string }[] };
    return { code: error.code, errors };
  }
  throw new Error("nothing was refused");
};

describe("the data of a command", () => {
  const place = (body: object, path = { accountId: "main" }) =>
    dataOf(routes.placeOrder, { path, search: search(), body: body as never }, generate);

  test("is its path and its body together, with the id made where none is given", () => {
    const ids = { accountId: "main", orderId: "made-orderid" };
    expect(place(order)).toEqual({ ...order, ...ids, timeInForce: "gtc", reduceOnly: false });
    expect(place({ ...order, orderId: "mine" })).toMatchObject({ orderId: "mine" });
  });

  test("may not name in the body what the path says", () => {
    expect(errorsOf(() => place({ ...order, accountId: "other" }))).toEqual({
      code: "INVALID_INPUT",
      errors: [{ path: "accountId", code: "unrecognized_keys", message: "there is no such field" }],
    });
  });

  test("names every unknown and every wrong field", () => {
    const refused = errorsOf(() => place({ ...order, volume: "-1", tenant: "other", user: "root" }));
    expect(refused.errors.map(({ path }) => path).sort()).toEqual(["tenant", "user", "volume"]);
  });

  test("must be an object", () => {
    expect(errorsOf(() => place([] as never)).code).toBe("INVALID_INPUT");
  });
});

describe("the data of a query", () => {
  const bars = (text: string) =>
    dataOf(routes.listBars, { path: { symbol: "EURUSD" }, search: search(text), body: undefined }, generate);

  test("has its numbers from text, and its defaults", () => {
    expect(bars("from=1000&limit=5&timeframe=1h&after=7")).toMatchObject({ from: 1000, limit: 5, timeframe: "1h" });
    expect(bars("")).toMatchObject({ limit: 1000, timeframe: "1m" });
  });

  test.each(["limit=1e3", "limit=", "limit=0x10", "limit=5&limit=6", "unknown=1", "symbol=GBPUSD", "__proto__=1"])(
    "refuses ?%s",
    (text) => expect(errorsOf(() => bars(text)).code).toBe("INVALID_INPUT"),
  );
});

test("a position to wait for comes from the parameter, else from the header", () => {
  expect(afterOf(search("after=12"), "99")).toBe("12");
  expect(afterOf(search(), "99")).toBe("99");
  expect(afterOf(search(), undefined)).toBeUndefined();
  expect(errorsOf(() => afterOf(search("after=-1"), undefined)).code).toBe("INVALID_INPUT");
});

test("a caller's request is read back as the data that it was made from", () => {
  const asked = { symbol: "#AAPL.x", from: 5, timeframe: "5m" as const };
  const { url } = requestOf(routes.listBars, asked);
  expect(url).toBe("/v1/instruments/%23AAPL.x/bars?from=5&timeframe=5m");
  expect(requestOf(routes.deposit, { accountId: "main", amount: "10" })).toEqual({
    url: "/v1/accounts/main/deposits",
    body: '{"amount":"10"}',
  });
});

test("every field of a path, and every generated or aggregate field, is a field of its message", () => {
  for (const route of Object.values(routes) as Route[]) {
    const fields = Object.keys(route.type.schema.shape);
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    if (route.kind === "command") named.push(route.aggregate, ...(route.generates ? [route.generates] : []));
    expect(fields).toEqual(expect.arrayContaining(named));
  }
});
