import { encodeTickBatch, NO_SYMBOL_INDEX, streams, type TenantId } from "@tradesage/contracts";
import { until } from "@tradesage/until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";
import { connectSocket } from "./socket-client.ts";

let rig: Rig;
let tenant: TenantId;

beforeAll(async () => {
  rig = await startRig();
  tenant = await rig.tenant();
});
afterAll(() => rig.close());

const client = async () => {
  const connected = connectSocket(rig.url, { token: await rig.token({ tenant }) });
  await connected.next("authenticated");
  return connected;
};

const quote = (bid: number) =>
  encodeTickBatch({
    kind: "live",
    symbolIndex: NO_SYMBOL_INDEX,
    epoch: 1n,
    sequence: BigInt(bid),
    lost: 0,
    utcOffsetSeconds: 0,
    ticks: [{ timeMsc: bid, bid, ask: bid + 1, last: 0, volume: 0, flags: 6, ordinal: 0, quality: 0 }],
  });

test("a client that does not read gets the newest quote of each symbol once it reads, and few of the old ones", async () => {
  const symbols = Array.from({ length: 20 }, (_, index) => `SYM${index}`);
  const rounds = 5_000;
  const [slow, fast] = [await client(), await client()];
  for (const each of [slow, fast]) {
    each.send({ type: "subscribe", id: "q", channel: "quotes" });
    await each.next("subscribed", { id: "q" });
  }
  slow.socket.pause();
  for (let round = 1; round <= rounds; round++) {
    for (const symbol of symbols) rig.bus.publish(`quotes.${tenant}.${symbol}`, quote(round));
    if (round % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const symbol of symbols) await fast.next("quote", { symbol, bid: rounds });
  slow.socket.resume();
  for (const symbol of symbols) await slow.next("quote", { symbol, bid: rounds });

  const bids = slow.messages.flatMap((message) =>
    message.type === "quote" && message.symbol === "SYM0" ? [message.bid] : [],
  );
  expect(bids).toEqual(bids.toSorted((a, b) => a - b));
  slow.socket.close();
  fast.socket.close();
});

test("a client that does not read events costs no memory, and gets all of them in order once it reads", async () => {
  const total = 6_000;
  const filler = "x".repeat(4_000);
  const slow = await client();
  slow.send({ type: "subscribe", id: "e", channel: "account" });
  await slow.next("subscribed", { id: "e" });
  slow.socket.pause();
  const run = Array.from({ length: 200 }, (_, index) => index);
  for (let n = 0; n < total; n += run.length)
    await rig.append(
      streams.account(tenant, "main"),
      run.map((index) => ({ type: "FundsDeposited", data: { n: n + index, filler } })),
    );
  slow.socket.resume();
  const seen = () => slow.messages.flatMap((message) => (message.type === "event" ? [message.data["n"]] : []));
  await until("all events", () => seen().length >= total);
  expect(seen()).toEqual(Array.from({ length: total }, (_, n) => n));
  slow.socket.close();
});
