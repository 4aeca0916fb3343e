import { z } from "zod";
import { Decimal } from "../decimals.ts";
import { Currency, InstrumentSymbol } from "../ids.ts";
import { U64 } from "../terminal/u64.ts";

/** A broker's account that a terminal is logged in to. */
export const Terminal = z
  .strictObject({ server: z.string().min(1).max(128), login: z.int().positive() })
  .meta({ id: "Terminal" });
export type Terminal = z.output<typeof Terminal>;

/** The broker's number of an order, a deal or a position. */
export const Ticket = U64;
export type Ticket = z.output<typeof Ticket>;

/** A deal as the broker's records have it. `type`: ENUM_DEAL_TYPE, `entry`: ENUM_DEAL_ENTRY; money in the account's currency. */
export const BrokerDeal = z.object({
  ticket: Ticket,
  order: Ticket,
  position: Ticket,
  magic: U64,
  /** The broker's name of what was traded, and ours where the terminal maps it. */
  name: z.string(),
  symbol: InstrumentSymbol.optional(),
  type: z.int(),
  entry: z.int(),
  volume: Decimal,
  price: Decimal,
  profit: Decimal,
  commission: Decimal,
  fee: Decimal,
  swap: Decimal,
  /** UTC. */
  timeMsc: z.int(),
});
export type BrokerDeal = z.output<typeof BrokerDeal>;

/** An open order as the broker has it. `type`: ENUM_ORDER_TYPE. */
export const BrokerOrder = z.object({
  ticket: Ticket,
  magic: U64,
  name: z.string(),
  symbol: InstrumentSymbol.optional(),
  type: z.int(),
  volume: Decimal,
  remaining: Decimal,
  price: Decimal,
  stopLimit: Decimal,
});
export type BrokerOrder = z.output<typeof BrokerOrder>;

/**
 * What the account holds in an instrument, netted; of a hedging account one of its positions. A volume below zero is sold.
 */
export const BrokerPosition = z.object({
  symbol: InstrumentSymbol,
  /** Of a hedging account: POSITION_IDENTIFIER, the ticket of the order that opened it, and that order's magic number. */
  position: z.object({ identifier: Ticket, magic: U64 }).optional(),
  volume: Decimal,
  price: Decimal,
  stopLoss: Decimal,
  takeProfit: Decimal,
});
export type BrokerPosition = z.output<typeof BrokerPosition>;

/** What a broker's account is: what a terminal showed, in our words. */
export const BrokerState = z.object({
  currency: Currency,
  balance: Decimal,
  credit: Decimal,
  orders: z.array(BrokerOrder),
  positions: z.array(BrokerPosition),
  /** `deals` are all that there are since this moment; UTC. */
  dealsFromMsc: z.int(),
  deals: z.array(BrokerDeal),
  /**
   * Two complete readings agree, and nothing was sent from before the first one on: what they do not show is not there.
   * It says when the first one was taken (UTC). Left out, what is not there may only not have been seen yet.
   */
  settledSinceMsc: z.int().optional(),
});
export type BrokerState = z.output<typeof BrokerState>;
