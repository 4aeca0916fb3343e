import { type AccountCommand, type AccountEvent, type DataOf, magicOf, Refused } from "@tradesage/contracts";
import { text } from "@tradesage/trading/testing";
import { expect, test } from "vitest";
import { byHand } from "./by-hand.fixture.ts";
import { createWorld, type Weather, type World } from "./world.fixture.ts";

const RUNS = Number(process.env["TRADESAGE_RUNS"] ?? 100);
const FIRST = Number(process.env["TRADESAGE_SEED"] ?? 1);
const BAD_MS = 60_000;
const CALM_MS = 120_000;

const storm: Weather = {
  ...{ partial: 0.2, later: 0.2, doubtDone: 0.15, doubtUndone: 0.1, reject: 0.1 },
  ...{ crashBefore: 0.05, crashAfter: 0.08, forget: 0.3, lag: 0.2, offline: 0.05 },
  ...{ cutBefore: 0.1, cutAfter: 0.1, lost: 0.1, late: 0.1, twice: 0.15 },
  ...{ away: 0.01, killed: 0.01, refused: 0.05, inDoubt: 0.03 },
};

/** What a trader does, and strangers at the same terminal, and the market. */
function act({ decide, server, random, accountId, state }: World, number: number): void {
  const side = random() < 0.5 ? "buy" : "sell";
  const volume = (Math.ceil(random() * 50) / 100).toFixed(2);
  const order = { accountId, orderId: `o${number}`, symbol: "EURUSD", side, volume, reduceOnly: false } as const;
  const price = (server.bid() + (side === "buy" ? -1 : 1) * Math.round(random() * 200)) / 100_000;
  const open = state()?.orders.keySeq().toArray() ?? [];
  const some = open[Math.floor(random() * open.length)];
  const asked = (command: AccountCommand) => {
    try {
      decide(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  };
  const kind = Math.floor(random() * 10);
  if (kind < 4)
    asked({ type: "PlaceOrder", data: { ...order, kind: "market", timeInForce: random() < 0.3 ? "ioc" : "gtc" } });
  else if (kind < 6)
    asked({ type: "PlaceOrder", data: { ...order, kind: "limit", limitPrice: price.toFixed(5), timeInForce: "gtc" } });
  else if (kind === 6 && some) asked({ type: "CancelOrder", data: { accountId, orderId: some } });
  else if (kind === 7 && some)
    asked({ type: "ModifyOrder", data: { accountId, orderId: some, limitPrice: price.toFixed(5) } });
  else if (kind === 8) strangers(server, random, side, volume, price.toFixed(5));
  else server.move(Math.round((random() - 0.5) * 300));
}

function strangers(
  server: World["server"],
  random: () => number,
  side: "buy" | "sell",
  volume: string,
  price: string,
): void {
  const deal = server.deals.at(-1);
  const what = Math.floor(random() * 6);
  if (what < 2) server.execute(byHand({ side, volume, kind: "market" }));
  else if (what === 2) server.execute(byHand({ side, volume, kind: "limit", price }));
  else if (what === 3) server.pay(Math.round(random() * 10_000));
  else if (what === 4 && deal) server.correct(deal, Math.round(random() * 100));
  else if (deal?.side) server.revoke(deal);
}

/** What the account says, and what the broker knows. */
function compare({ server, stream, state, sent, accountId }: World) {
  const events = stream.map(({ event }) => event);
  const of = <Type extends AccountEvent["type"]>(type: Type) =>
    events.flatMap((event) => (event.type === type ? [event.data as DataOf<AccountEvent, Type>] : []));
  const adopted = new Set(of("BrokerAdopted").flatMap(({ deals }) => deals));
  const revoked = (ticket: string) => !server.deals.some((deal) => String(deal.ticket) === ticket);
  const account = state();
  const placed = of("OrderPlaced").filter(({ external }) => external === undefined);
  const filled = new Map<string, number>();
  const cents = (volume: string) => Math.round(Number(volume) * 100);
  for (const { orderId, volume, executionId } of of("OrderFilled")) {
    if (!revoked(executionId.slice(4))) filled.set(orderId, (filled.get(orderId) ?? 0) + cents(volume));
  }
  const recorded = of("DealRecorded").map(({ deal }) => deal.ticket);
  return {
    ours: {
      filled: Object.fromEntries(placed.map(({ orderId }) => [orderId, filled.get(orderId) ?? 0])),
      open: account?.orders
        .keySeq()
        .map((orderId) => account.broker?.orders.get(orderId)?.ticket ?? orderId)
        .toArray()
        .sort(),
      deals: [...new Set(recorded)].filter((ticket) => !revoked(ticket)).sort(),
      positions: account?.positions
        .entrySeq()
        .map(([symbol, { side, volume }]) => [symbol, (side === "buy" ? 1 : -1) * cents(text(volume))])
        .toArray(),
      balance: account && text(account.balance),
      unresolved: account?.broker?.instructions.size,
      sentTwice: sent.filter((id, index) => sent.indexOf(id) !== index),
    },
    theirs: {
      filled: Object.fromEntries(
        placed.map(({ orderId }) => {
          const magic = magicOf(accountId, orderId);
          const tickets = server.taken.get(magic) ?? [];
          expect(tickets.length, `${orderId} was taken more than once`).toBeLessThanOrEqual(1);
          const deals = server.deals.filter(({ order }) => tickets.includes(order));
          return [orderId, deals.reduce((sum, { volume }) => sum + volume, 0)];
        }),
      ),
      open: [...server.orders.keys()].map(String).sort(),
      deals: server.deals
        .map(({ ticket }) => String(ticket))
        .filter((ticket) => !adopted.has(ticket))
        .sort(),
      positions: [...server.positions].map(([symbol, { volume }]) => [symbol, volume]),
      balance: String(server.balance() / 100),
      unresolved: 0,
      sentTwice: [],
    },
  };
}

async function run(seed: number, weather: Weather): Promise<World> {
  const world = createWorld(seed, weather);
  await world.pass(5_000 + world.random() * 5_000);
  for (let number = 1, spent = 0; spent < BAD_MS; number++) {
    const pause = 500 + world.random() * 5_000;
    act(world, number);
    await world.pass(pause);
    spent += pause;
  }
  world.calm();
  await world.pass(CALM_MS);
  return world;
}

test("whatever goes wrong, no order is filled twice, none is invented and none is forgotten", {
  timeout: 600_000,
}, async () => {
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
    const world = await run(seed, storm);
    const { ours, theirs } = compare(world);
    expect(ours, `TRADESAGE_SEED=${seed} TRADESAGE_RUNS=1`).toEqual(theirs);
  }
});
