import { type Signal, signal } from "@preact/signals";
import type { OrderKind, Side, TimeInForce } from "@tradesage/contracts";
import type { NewOrder } from "./trade.ts";

/** What is written on a ticket: decimals as text, as they were typed; empty where nothing was. */
export interface Ticket {
  readonly side: Side;
  readonly kind: OrderKind;
  readonly volume: string;
  readonly limitPrice: string;
  readonly stopPrice: string;
  /** How far a trailing stop stays behind the market. */
  readonly distance: string;
  readonly timeInForce: TimeInForce;
  /** Local time, as `datetime-local` writes it. */
  readonly until: string;
  /** What protects the position: a stop loss stands or trails. */
  readonly stopLoss: string;
  readonly trailingStop: string;
  readonly takeProfit: string;
  /** What it may close, and never opens anything beside: empty where it may, `WHATEVER_IS_HELD`, or a position's id. */
  readonly reduces: string;
}
/** No id is written so. */
export const WHATEVER_IS_HELD = "*";

export type TicketSignals = { readonly [Name in keyof Ticket]: Signal<Ticket[Name]> };

export const hasLimit = (kind: OrderKind) => kind === "limit" || kind === "stop_limit";
export const hasStop = (kind: OrderKind) => kind === "stop" || kind === "stop_limit";
/** A stop waits: it cannot be for now or never. */
export const timesFor = (kind: OrderKind): readonly TimeInForce[] =>
  hasStop(kind) || kind === "trailing_stop" ? ["gtc", "day", "gtd"] : ["gtc", "day", "gtd", "ioc", "fok"];

export const newTicket = (): TicketSignals => ({
  side: signal("buy"),
  kind: signal("market"),
  volume: signal("0.10"),
  limitPrice: signal(""),
  stopPrice: signal(""),
  distance: signal(""),
  timeInForce: signal("gtc"),
  until: signal(""),
  stopLoss: signal(""),
  trailingStop: signal(""),
  takeProfit: signal(""),
  reduces: signal(""),
});

export const written = (ticket: TicketSignals): Ticket =>
  Object.fromEntries(Object.entries(ticket).map(([name, { value }]) => [name, value.trim()])) as unknown as Ticket;

/** The order that a ticket asks for: of what is written, what its kind calls for. The API says what is missing. */
export function orderOf(symbol: string, ticket: Ticket): NewOrder {
  const { side, kind, volume, limitPrice, stopPrice, distance, until, reduces } = ticket;
  const { stopLoss, trailingStop, takeProfit } = ticket;
  const timeInForce = timesFor(kind).includes(ticket.timeInForce) ? ticket.timeInForce : "gtc";
  return {
    ...{ symbol, side, kind, volume, timeInForce },
    ...(hasLimit(kind) && { limitPrice }),
    ...(hasStop(kind) && { stopPrice }),
    ...(kind === "trailing_stop" && { trailing: { distance } }),
    ...(timeInForce === "gtd" && until !== "" && { expiresAt: new Date(until).toISOString() }),
    ...(reduces !== "" && { reduceOnly: true }),
    ...(reduces !== "" && reduces !== WHATEVER_IS_HELD && { positionId: reduces }),
    ...(stopLoss !== "" && { stopLoss }),
    ...(trailingStop !== "" && { trailingStop: { distance: trailingStop } }),
    ...(takeProfit !== "" && { takeProfit }),
  };
}
