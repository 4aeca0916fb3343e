import { z } from "zod";
import { Volume } from "../decimals.ts";
import { InstrumentSymbol, OrderId } from "../ids.ts";
import { OrderKind, orderPrices, positionStops, Side, TimeInForce } from "./order-words.ts";
import { TrailingRequest } from "./trailing.ts";

/** What an order is of. */
export const placement = { symbol: InstrumentSymbol, side: Side, volume: Volume };

/** In netting the symbol names a position, in hedging the id of the order that opened it; absent where that is not so. */
export const positionId = { positionId: OrderId.optional() };

/** Where a position shall be closed: by a stop loss that stands, or one that follows the market. */
export const stopsRequest = { ...positionStops, trailingStop: TrailingRequest.optional() };

/** An order as its owner asks for it. */
export const orderRequest = {
  orderId: OrderId,
  ...placement,
  kind: OrderKind,
  ...orderPrices,
  trailing: TrailingRequest.optional(),
  /** What the position is protected by that it opens, or adds to. */
  ...stopsRequest,
  timeInForce: TimeInForce.default("gtc"),
  expiresAt: z.iso.datetime().optional(),
  /** It may close what the account holds, and never opens anything; in hedging the position that it names. */
  reduceOnly: z.boolean().default(false),
  ...positionId,
};
const OrderRequest = z.object(orderRequest);

type Check<Checked> = (checked: Checked, context: z.RefinementCtx) => void;

export const oneStopLoss: Check<{ stopLoss?: unknown; trailingStop?: unknown }> = (
  { stopLoss, trailingStop },
  context,
) => {
  if (stopLoss === undefined || trailingStop === undefined) return;
  context.addIssue({
    code: "custom",
    path: ["trailingStop"],
    message: "a stop loss stands or trails: give one of them",
  });
};

/** An order has the prices and the end that its kind and its time in force call for, and no others. */
export const coherent: Check<z.output<typeof OrderRequest>> = (order, context) => {
  const { kind, timeInForce, limitPrice, stopPrice, trailing, expiresAt } = order;
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const hasLimit = kind === "limit" || kind === "stop_limit";
  const hasStop = kind === "stop" || kind === "stop_limit";
  const trails = kind === "trailing_stop";
  const isNowOrNever = timeInForce === "ioc" || timeInForce === "fok";
  if (hasLimit !== (limitPrice !== undefined))
    refuse("limitPrice", hasLimit ? `a ${kind} order needs a limitPrice` : `a ${kind} order has no limitPrice`);
  if (hasStop !== (stopPrice !== undefined))
    refuse("stopPrice", hasStop ? `a ${kind} order needs a stopPrice` : `a ${kind} order has no stopPrice`);
  if (trails !== (trailing !== undefined))
    refuse("trailing", trails ? `a ${kind} order needs a trailing distance` : `a ${kind} order does not trail`);
  if ((timeInForce === "gtd") !== (expiresAt !== undefined))
    refuse("expiresAt", timeInForce === "gtd" ? "gtd needs an expiresAt" : "only gtd has an expiresAt");
  if ((hasStop || trails) && isNowOrNever) refuse("timeInForce", `a ${kind} order waits: it cannot be ${timeInForce}`);
  oneStopLoss(order, context);
};

/** Orders of which one is to be filled are orders that wait. */
const waits: Check<z.output<typeof OrderRequest>> = ({ kind, timeInForce }, context) => {
  const refuse = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  if (kind === "market") refuse("kind", "a market order does not wait: it cannot be linked");
  if (timeInForce === "ioc" || timeInForce === "fok")
    refuse("timeInForce", `${timeInForce} does not wait: it cannot be linked`);
};

/** All of them are placed, or none. */
export const linkedOrders = z
  .array(OrderRequest.strict().superRefine(coherent).superRefine(waits))
  .min(2)
  .max(10)
  .refine((orders) => new Set(orders.map(({ orderId }) => orderId)).size === orders.length, {
    message: "each order needs an orderId of its own",
  });
