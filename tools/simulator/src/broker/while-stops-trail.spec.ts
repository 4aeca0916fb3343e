import { expect, test } from "vitest";
import { createWorld } from "./world.fixture.ts";

const TIMEOUT = 10_012;

test("what became of an order is found out although stops follow the market all the time", {
  timeout: 60_000,
}, async () => {
  const world = createWorld(1, {});
  const { server, accountId, decide, pass, stream } = world;
  const order = { accountId, symbol: "EURUSD", volume: "0.10", timeInForce: "gtc", reduceOnly: false } as const;
  const trailing = { distance: "0.00100", step: "0.00010" };
  await pass(10_000);
  decide({
    type: "PlaceOrder",
    data: { ...order, orderId: "trails", side: "buy", kind: "market", trailingStop: trailing },
  });
  decide({ type: "PlaceOrder", data: { ...order, orderId: "follows", side: "sell", kind: "trailing_stop", trailing } });
  await pass(10_000);
  server.answerOnce(TIMEOUT, false);
  decide({ type: "PlaceOrder", data: { ...order, orderId: "doubted", side: "buy", kind: "market" } });
  await pass(1_000);
  for (let step = 0; step < 200; step++) {
    server.move(20);
    await pass(500);
  }
  expect(stream.flatMap(({ event: { type, data } }) => (type === "OrderRejected" ? [data.reason] : []))).toEqual([
    "not_found",
  ]);
  await pass(10_000);
  const [waiting] = server.orders.values();
  const [held] = server.positions.values();
  expect([waiting?.price, held?.stopLoss].map((stop) => server.bid() - (stop ?? 0))).toEqual([100, 100]);
});
