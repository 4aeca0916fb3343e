import { completeInstrument } from "@tradesage/contracts";
import { account, createMarkets } from "@tradesage/trading";
import { longHistory, SYMBOL } from "./long-account.ts";

const ROUNDS = 20_000;
const TENANT = "bench";

/** Microseconds that it takes to decide an order of an account that is in memory and has so many events behind it. */
export function decideWarm(accountId: string, events: number): number {
  const markets = createMarkets();
  const market = markets.of(TENANT);
  market.define(
    completeInstrument({
      ...{ symbol: SYMBOL, digits: 5, tickSize: "0.00001", contractSize: "100000" },
      ...{ volumeMin: "0.01", volumeMax: "100", volumeStep: "0.01" },
      ...{ baseCurrency: "EUR", profitCurrency: "USD", marginCurrency: "EUR" },
    }),
  );
  const at = Date.now();
  market.update(SYMBOL, { bid: 1.1, ask: 1.10002, timeMsc: at, receivedAt: at });
  const moment = { ...market, at, restrictions: [] };
  let state = account.initialState;
  for (const event of longHistory(accountId, events)) state = account.evolve(state, event);

  const order = {
    accountId,
    symbol: SYMBOL,
    side: "buy",
    volume: "0.1",
    kind: "limit",
    limitPrice: "1.09000",
  } as const;
  const decide = (round: number) =>
    account.decide(
      { type: "PlaceOrder", data: { ...order, orderId: `o${round}`, timeInForce: "gtc", reduceOnly: false } },
      state,
      moment,
    );
  for (let round = 0; round < ROUNDS; round++) decide(round);
  const began = performance.now();
  for (let round = 0; round < ROUNDS; round++) decide(round);
  return ((performance.now() - began) / ROUNDS) * 1000;
}
