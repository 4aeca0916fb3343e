import {
  type AccountEvent,
  type CommandEnvelope,
  type CommandReply,
  completeInstrument,
  type OrderKind,
} from "@tradesage/contracts";
import { eventIdFor } from "@tradesage/event-store";
import { createMarkets, createPaperVenue, type TickListener } from "@tradesage/trading";
import { pino } from "pino";
import { SYMBOL } from "../ticks/made-ticks.ts";

const TENANT = "bench";
const POINT = 0.00001;
const eurusd = completeInstrument({
  ...{ symbol: SYMBOL, digits: 5, tickSize: "0.00001", contractSize: "100000" },
  ...{ volumeMin: "0.01", volumeMax: "100", volumeStep: "0.01" },
  ...{ baseCurrency: "EUR", profitCurrency: "USD", marginCurrency: "EUR" },
});

/** The paper venue with orders that rest, and how often they were filled and trailed. */
export interface RestingOrders extends TickListener {
  readonly counts: { fills: number; trails: number };
  open(): number;
}

/**
 * `count` orders, half of them to buy: nine in twenty are limits, as many stops, and one in ten trails; 0.5 to 50 pips
 * from the market. The account's part is played: it takes all that it is told, and places another order where one was
 * filled, so that as many rest at the end.
 */
export function restOrders(count: number, price: number, random: () => number): RestingOrders {
  const markets = createMarkets();
  markets.of(TENANT).define(eurusd);
  const counts = { fills: 0, trails: 0 };
  let newest = { bid: price, ask: price };
  let events = 0;
  const venue = createPaperVenue({
    ...{ markets, execute, maxQuoteAgeMs: 60_000, now: Date.now, logger: pino({ level: "silent" }) },
    desks: { termsOf: () => ({}) },
    watch: () => undefined,
  });

  function happened({ type, data }: AccountEvent): void {
    const position = BigInt(++events);
    const id = eventIdFor("00000000-0000-0000-0000-000000000000", events);
    const recorded = { id, type, data, stream: "", revision: position, position, at: new Date() };
    venue.apply(TENANT, { ...recorded, metadata: { correlation: "" } });
  }

  function place(): void {
    const side = random() < 0.5 ? "buy" : "sell";
    const chosen = random();
    const kind: OrderKind = chosen < 0.45 ? "limit" : chosen < 0.9 ? "stop" : "trailing_stop";
    const away = POINT * Math.round(5 + random() * 495) * 10;
    const isAbove = (side === "buy") !== (kind === "limit");
    const at = ((side === "buy" ? newest.ask : newest.bid) + (isAbove ? away : -away)).toFixed(5);
    const order = { accountId: "main", orderId: `o${events}`, symbol: SYMBOL, side, volume: "1", kind } as const;
    const prices = kind === "limit" ? { limitPrice: at } : { stopPrice: at };
    const trailing = { distance: away.toFixed(5), step: (away / 10).toFixed(5) };
    happened({
      type: "OrderPlaced",
      data: { ...order, ...prices, ...(kind === "trailing_stop" && { trailing }), margin: "0.00" },
    });
  }

  async function execute({ command, data }: CommandEnvelope): Promise<CommandReply> {
    await undefined;
    const { accountId, orderId, quote } = data as { accountId: string; orderId: string; quote: never };
    if (command === "RecordExecution") {
      counts.fills++;
      const { executionId, price } = data as { executionId: string; price: string };
      const filled = { accountId, orderId, symbol: SYMBOL, side: "buy", volume: "1", executionId, price } as const;
      happened({ type: "OrderFilled", data: { ...filled, remaining: "0", quote } });
      place();
    } else counts.trails++;
    return { commandId: "", position: "0", revision: "0", events: [{ type: command, data: {} }] };
  }

  venue.open();
  for (let n = 0; n < count; n++) place();
  return {
    counts,
    open: venue.openOrders,
    watches: venue.watches,
    take(tenant, symbol, quote) {
      newest = quote;
      venue.arrive();
      markets.of(tenant).update(symbol, { ...quote, receivedAt: Date.now() });
      venue.tick(tenant, symbol, quote);
    },
  };
}
