import type { AccountEvent, CommandEnvelope, CommandReply, RefusalCode } from "@tradesage/contracts";
import { Refused } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { pino } from "pino";
import { eurusd } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "../markets/markets.ts";
import { createDesks } from "../reactors/desks.ts";
import { createPaperVenue } from "./paper-venue.ts";

const logger = pino({ level: "silent" });
export const maxQuoteAgeMs = 60_000;

/** A venue with an account that takes every execution, or refuses as it is told. */
export function begin(history: readonly (readonly [tenant: string, event: AccountEvent])[] = []) {
  const markets = createMarkets();
  for (const tenant of ["acme", "zeta"]) markets.of(tenant).define(eurusd);
  const sent: CommandEnvelope[] = [];
  const answers: (RefusalCode | Error)[] = [];
  const execute = async (envelope: CommandEnvelope): Promise<CommandReply> => {
    sent.push(envelope);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    if (answer) throw new Refused(answer);
    return { commandId: "", position: "0", revision: "0", events: [{ type: "Done", data: {} }] };
  };
  const watched: string[] = [];
  const watch = (tenant: string, symbol: string) => void watched.push(`${tenant} ${symbol}`);
  const venue = createPaperVenue({
    markets,
    desks: createDesks(),
    execute,
    maxQuoteAgeMs,
    now: Date.now,
    logger,
    watch,
  });
  let position = 0n;
  const happened = (tenant: string, { type, data }: AccountEvent) => {
    const metadata = { correlation: "c1" };
    const recorded = { id: `${type}-${++position}`, type, data, metadata, position };
    venue.apply(tenant, { ...recorded, stream: "", revision: position, at: new Date(0) } satisfies RecordedEvent);
  };
  const tick = (bid: number, ask: number, tenant = "acme", timeMsc = 1) => {
    markets.of(tenant).update("EURUSD", { bid, ask, timeMsc, receivedAt: Date.now() });
    venue.tick(tenant, "EURUSD", { bid, ask, timeMsc });
  };
  for (const [tenant, event] of history) happened(tenant, event);
  venue.open();
  const fills = () => sent.map(({ data }) => `${data["orderId"]} ${data["volume"]} at ${data["price"]}`);
  return { venue, sent, answers, happened, tick, fills, watched };
}

export const order = { accountId: "main", symbol: "EURUSD", margin: "0.00" } as const;
export const market = (orderId: string, side: "buy" | "sell" = "buy"): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, orderId, side, volume: "1", kind: "market" },
});
export const limit = (orderId: string, side: "buy" | "sell", limitPrice: string): AccountEvent => ({
  type: "OrderPlaced",
  data: { ...order, orderId, side, volume: "1", kind: "limit", limitPrice },
});
export const cancelled = (orderId: string): AccountEvent => ({
  type: "OrderCancelled",
  data: { accountId: "main", orderId, remaining: "1", reason: "requested" },
});
export const filled = (orderId: string, remaining: string): AccountEvent => ({
  type: "OrderFilled",
  data: {
    ...{ accountId: "main", orderId, symbol: "EURUSD", side: "buy", volume: "1", executionId: "x", price: "1.1" },
    ...{ remaining, quote: { bid: "1.1", ask: "1.1", timeMsc: 1 } },
  },
});
