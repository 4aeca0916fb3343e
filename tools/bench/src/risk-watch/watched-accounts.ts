import { setImmediate as turn } from "node:timers/promises";
import type { AccountEvent } from "@tradesage/contracts";
import { type AccountState, account, createMarkets, createRiskWatch, eurusd } from "@tradesage/trading/testing";
import { pino } from "pino";

const START = 1.1;
const POINT = 0.00001;

/** Accounts that hold a position or two, each at its own distance from its floor and from its margin call. */
export async function watchAccounts(count: number) {
  const markets = createMarkets();
  markets.of("bench").define(eurusd);
  markets.of("bench").update("EURUSD", quoteAt(0));
  const states = new Map<string, AccountState>();
  let looks = 0;
  const watch = createRiskWatch({
    markets: {
      ...markets,
      of(tenant) {
        looks++;
        return markets.of(tenant);
      },
    },
    read: async (stream) => ({ state: states.get(stream), revision: 0n }),
    policy: { send: async () => undefined },
    watch: () => undefined,
    now: () => 0,
    logger: pino({ level: "silent" }),
  });
  for (let number = 0; number < count; number++) {
    const accountId = `a${number}`;
    states.set(`bench-account-${accountId}`, eventsOf(accountId, number).reduce(account.evolve, account.initialState));
    watch.apply("bench", { type: "RiskRulesSet", data: { accountId } } as never);
  }
  watch.open();
  for (let round = 0; round < 10; round++) await turn();
  looks = 0;
  return {
    tick(number: number) {
      const quote = quoteAt(number);
      markets.of("bench").update("EURUSD", quote);
      watch.tick("bench", "EURUSD", quote);
    },
    looks: () => looks,
    close: watch.close,
  };
}

/** Waves of some hundred points, with smaller ones on them. */
function quoteAt(tick: number) {
  const points = Math.round(300 * Math.sin(tick / 5000) + 40 * Math.sin(tick / 37) + 10 * Math.sin(tick));
  const bid = START + points * POINT;
  return { bid, ask: bid + 2 * POINT, timeMsc: tick, receivedAt: tick };
}

function eventsOf(accountId: string, number: number): readonly AccountEvent[] {
  const isHedging = number % 2 === 1;
  const side = number % 4 < 2 ? "buy" : "sell";
  const holds = (id: string, of: "buy" | "sell", volume: string): AccountEvent => ({
    type: "PositionOpened",
    data: {
      ...{ accountId, symbol: "EURUSD", side: of, executionId: id, volume, price: "1.10000", margin: "1100.00" },
      ...(isHedging && { positionId: id }),
    },
  });
  const lost = { id: "loss", anchor: "initial", trailing: false, lockedAtInitial: false, breach: "at", flatten: true };
  const rules = { name: "house", limits: {}, losses: [{ ...lost, allowed: { amount: String(400 + (number % 500)) } }] };
  return [
    {
      type: "AccountOpened",
      data: {
        ...{ accountId, name: accountId, currency: "USD", leverage: 100, venue: "paper" },
        mode: isHedging ? "hedging" : "netting",
      },
    },
    { type: "FundsDeposited", data: { accountId, amount: "10000.00", currency: "USD" } },
    {
      type: "RiskRulesSet",
      data: { accountId, version: 1, initial: "10000.00", rules: { ...rules, margin: { call: "100" } } as never },
    },
    holds("p1", side, "1"),
    ...(isHedging ? [holds("p2", side === "buy" ? "sell" : "buy", "0.5")] : []),
  ];
}
