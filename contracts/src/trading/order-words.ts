import { z } from "zod";
import { Price } from "../decimals.ts";

export const Side = z.enum(["buy", "sell"]).meta({ id: "Side" });
export type Side = z.output<typeof Side>;

/**
 * `stop`: becomes a market order at its stop price; `stop_limit`: becomes a limit order there; `trailing_stop`: a stop
 * whose price follows the market.
 */
export const OrderKind = z.enum(["market", "limit", "stop", "stop_limit", "trailing_stop"]).meta({ id: "OrderKind" });
export type OrderKind = z.output<typeof OrderKind>;

/**
 * How long an order stands. `gtc`: until it is cancelled. `day`: until the day ends, in UTC. `gtd`: until `expiresAt`.
 * `ioc`, `fok`: now or never; `fok` as a whole.
 */
export const TimeInForce = z.enum(["gtc", "day", "gtd", "ioc", "fok"]).meta({ id: "TimeInForce" });
export type TimeInForce = z.output<typeof TimeInForce>;

export const orderPrices = { limitPrice: Price.optional(), stopPrice: Price.optional() };

/** Where a position is closed: at a loss, at a profit. */
export const positionStops = { stopLoss: Price.optional(), takeProfit: Price.optional() };

/**
 * `requested`: by its owner. `expired`: its time was over. `unfilled`: it was for now or never, and now was never.
 * `nothing_to_reduce`: it was to reduce only, and there is no position left that it could. `other_filled`: an order that
 * it was linked with was filled. `restricted`: trading was halted, or is for orders that reduce only. `venue`: the broker
 * has it no more, and we did not ask for that.
 */
export const CancelReason = z
  .enum(["requested", "expired", "unfilled", "nothing_to_reduce", "other_filled", "restricted", "venue"])
  .meta({ id: "CancelReason" });
export type CancelReason = z.output<typeof CancelReason>;
