import { until } from "@tradesage/until";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation, type Tenant } from "../src/installation.ts";
import { eurusd, firstTicks, haveRealTicks, nzdusd } from "../src/real-ticks.ts";

const TICKS = 5_000;

describe.skipIf(!haveRealTicks)("two tenants trade at once on real ticks", () => {
  let installation: Installation;
  let east: Tenant;
  let west: Tenant;

  beforeAll(async () => {
    installation = await startInstallation();
    [east, west] = await Promise.all([installation.tenant("east"), installation.tenant("west")]);
  });
  afterAll(() => installation?.stop());

  test("each sees its quotes, its fill at the live price and its position, and nothing of the other's", async () => {
    await Promise.all([east.openAccount("main", "100000"), west.openAccount("main", "100000")]);
    const [seenEast, seenWest] = [east.watch(), west.watch()];
    await Promise.all([seenEast.open, seenWest.open]);
    await Promise.all([
      east.stream("EURUSD", firstTicks(eurusd, TICKS)),
      west.stream("NZDUSD", firstTicks(nzdusd, TICKS)),
    ]);
    await until("the quotes are seen", async () => seenEast.symbols().size > 0 && seenWest.symbols().size > 0);

    const quote = await east.trader.call("getQuote", { symbol: "EURUSD" });
    const bought = await east.placeOrder({
      accountId: "main",
      orderId: "first",
      symbol: "EURUSD",
      side: "buy",
      volume: "0.50",
      kind: "market",
    });
    await west.placeOrder({
      accountId: "main",
      orderId: "first",
      symbol: "NZDUSD",
      side: "sell",
      volume: "1.00",
      kind: "market",
    });
    expect(bought.events).toMatchObject([{ type: "OrderPlaced", data: { orderId: "first" } }]);

    const fill = await seenEast.event("OrderFilled");
    expect(fill.data).toMatchObject({ symbol: "EURUSD", side: "buy", volume: "0.5" });
    expect(Number(fill.data["price"])).toBe(quote.ask);
    expect((await seenEast.event("PositionOpened")).data).toMatchObject({ symbol: "EURUSD", side: "buy" });
    expect((await seenWest.event("OrderFilled")).data).toMatchObject({ symbol: "NZDUSD", side: "sell" });

    const after = (await seenEast.event("PositionOpened")).position;
    const positions = await east.trader.call("listPositions", { accountId: "main" }, { after });
    expect(positions.items).toMatchObject([{ symbol: "EURUSD", side: "buy", volume: "0.5" }]);
    const orders = await east.trader.call("listOrders", { accountId: "main" }, { after });
    expect(orders.items).toMatchObject([{ orderId: "first", symbol: "EURUSD", status: "filled" }]);

    // A wall between them: quotes, events, queries, rows.
    expect(seenEast.symbols()).toEqual(new Set(["EURUSD"]));
    expect(seenWest.symbols()).toEqual(new Set(["NZDUSD"]));
    expect(JSON.stringify(seenEast.updates)).not.toContain("NZDUSD");
    expect(JSON.stringify(seenWest.updates)).not.toContain("EURUSD");
    await expect(east.trader.call("getQuote", { symbol: "NZDUSD" })).rejects.toMatchObject({
      code: "INSTRUMENT_NOT_FOUND",
    });
    const westOrders = async () => (await west.trader.call("listOrders", { accountId: "main" })).items;
    await expect.poll(async () => (await westOrders()).map(({ symbol }) => symbol)).toEqual(["NZDUSD"]);
    for (const tenant of [east, west])
      await until("its ticks are in its own table", async () => (await tenant.tickCount()) === TICKS);
  });

  test("a limit order waits for its price, and can be cancelled", async () => {
    const quote = await east.trader.call("getQuote", { symbol: "EURUSD" });
    const order = { accountId: "main", symbol: "EURUSD", side: "buy", volume: "0.10", kind: "limit" } as const;
    const limitPrice = (quote.bid - 0.1).toFixed(5);
    await east.trader.call("placeOrder", { ...order, orderId: "far", limitPrice });
    const open = await east.trader.call(
      "getOrder",
      { accountId: "main", orderId: "far" },
      {
        after: (await east.trader.call("cancelOrder", { accountId: "main", orderId: "far" })).position,
      },
    );
    expect(open).toMatchObject({ orderId: "far", status: "cancelled", filled: "0" });
    await expect(east.trader.call("cancelOrder", { accountId: "main", orderId: "far" })).rejects.toMatchObject({
      code: "ORDER_NOT_OPEN",
    });
  });

  test("a client that comes back with its last position gets what it missed, in order and once", async () => {
    const first = east.watch();
    await first.open;
    await east.admin.call("deposit", { accountId: "main", amount: "1.00" });
    const { position } = await first.event("FundsDeposited");
    await first.stop();
    for (const amount of ["2.00", "3.00", "4.00"]) await east.admin.call("deposit", { accountId: "main", amount });
    const second = east.watch(position);
    await east.admin.call("deposit", { accountId: "main", amount: "5.00" });
    await second.event("FundsDeposited", ({ data }) => data["amount"] === "5.00");
    expect(second.events.map(({ data }) => data["amount"])).toEqual(["2.00", "3.00", "4.00", "5.00"]);
  });
});
