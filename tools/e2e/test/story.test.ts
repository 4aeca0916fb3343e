import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, startInstallation } from "../src/installation.ts";
import { eurusd, nzdusd } from "../src/real-ticks.ts";

/** The main job, for two tenants at once: ticks in, an order over HTTP, a fill at the live price, all of it live. */
let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation();
}, 120_000);
afterAll(() => installation?.stop());

describe("two tenants trade at once on real ticks", () => {
  test("each sees its own quotes, orders, fills and positions, and nothing of the other's", async () => {
    const [east, west] = await Promise.all([installation.tenant("east"), installation.tenant("west")]);
    const [seenEast, seenWest] = [east.watch(), west.watch()];
    await Promise.all([east.stream("EURUSD", eurusd(5_000)), west.stream("NZDUSD", nzdusd(5_000))]);

    await Promise.all([east.openAccount("main", "100000"), west.openAccount("main", "100000")]);
    const order = await east.api.call("placeOrder", {
      accountId: "main",
      symbol: "EURUSD",
      side: "buy",
      volume: "0.50",
      kind: "market",
    });
    await west.api.call("placeOrder", {
      accountId: "main",
      symbol: "NZDUSD",
      side: "sell",
      volume: "1.00",
      kind: "market",
    });

    const fill = await seenEast.event("OrderFilled");
    const quote = await east.api.call("getQuote", { symbol: "EURUSD" });
    expect(fill.data).toMatchObject({ symbol: "EURUSD", side: "buy", volume: "0.50", price: quote.ask.toFixed(5) });
    expect(await seenEast.event("PositionOpened")).toMatchObject({ data: { symbol: "EURUSD", side: "buy" } });
    expect((await seenWest.event("OrderFilled")).data).toMatchObject({ symbol: "NZDUSD", side: "sell" });

    const after = fill.position;
    const positions = await east.api.call("listPositions", { accountId: "main" }, { after });
    expect(positions.items).toMatchObject([{ symbol: "EURUSD", side: "buy", volume: "0.50" }]);
    const orders = await east.api.call("listOrders", { accountId: "main" }, { after });
    expect(orders.items.map(({ orderId, status }) => ({ orderId, status }))).toEqual([
      { orderId: (order.events[0]?.data as { orderId: string }).orderId, status: "filled" },
    ]);

    expect(seenEast.symbols()).toEqual(new Set(["EURUSD"]));
    expect(seenWest.symbols()).toEqual(new Set(["NZDUSD"]));
    await expect(east.api.call("getQuote", { symbol: "NZDUSD" })).rejects.toMatchObject({
      code: "INSTRUMENT_NOT_FOUND",
    });
    const westOrders = await west.api.call("listOrders", { accountId: "main" }, { after });
    expect(westOrders.items.every(({ symbol }) => symbol === "NZDUSD")).toBe(true);
    expect(await east.rows("ticks")).toBe(5_000);
    expect(await west.rows("ticks")).toBe(5_000);
  });
});
