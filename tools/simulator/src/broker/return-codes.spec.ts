import { returnCodes } from "@tradesage/contracts";
import { expect, test } from "vitest";
import { createWorld } from "./world.fixture.ts";

/** What becomes of a market order that is answered so: where the trade server carried it out, and where it did not. */
const outcomes = {
  done: { carriedOut: "filled", not: "cancelled: unfilled" },
  placed: { carriedOut: "filled", not: "cancelled: unfilled" },
  doubt: { carriedOut: "filled", not: "rejected: not_found" },
  rejected: { carriedOut: "filled", not: "rejected: venue" },
} as const;

const UNTIL_SETTLED_MS = 90_000;

async function ordered(retcode: number, isCarriedOut: boolean) {
  const world = createWorld(retcode, {});
  const { server, accountId, decide, pass, stream } = world;
  await pass(10_000);
  server.answerOnce(retcode, isCarriedOut);
  const order = { accountId, orderId: "o1", symbol: "EURUSD", side: "buy", volume: "0.10" } as const;
  decide({ type: "PlaceOrder", data: { ...order, kind: "market", timeInForce: "gtc", reduceOnly: false } });
  await pass(UNTIL_SETTLED_MS);
  const endings = stream.flatMap(({ event: { type, data } }) => {
    if (type === "OrderFilled") return ["filled"];
    if (type === "OrderCancelled") return [`cancelled: ${data.reason}`];
    return type === "OrderRejected" ? [`rejected: ${data.reason}`] : [];
  });
  const codes = stream.flatMap(({ event: { type, data } }) => (type === "OrderRejected" ? [data.code] : []));
  return { endings, codes, sent: world.sent.length };
}

const codes = [...Object.entries(returnCodes), ["10999", { name: "unknown", meaning: "doubt" }] as const];

test.each(codes.map(([retcode, { name, meaning }]) => ({ retcode: Number(retcode), name, meaning })))(
  "an order that is answered $retcode ($name, $meaning) ends as the broker has it, and is sent once",
  async ({ retcode, name, meaning }) => {
    const undone = await ordered(retcode, false);
    expect(undone.endings).toEqual([outcomes[meaning].not]);
    if (meaning === "rejected") expect(undone.codes).toEqual([name]);
    const done = await ordered(retcode, true);
    expect(done.endings.at(-1)).toBe(outcomes[meaning].carriedOut);
    expect(done.sent).toBe(1);
  },
);
