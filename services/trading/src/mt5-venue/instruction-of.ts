import type { Instruction, Ticket, TimeInForce } from "@tradesage/contracts";
import type { OpenOrder } from "../account/account.ts";
import type { Asked, Protection } from "../account/broker/broker.ts";
import { kindAtBroker } from "../account/broker/order-types.ts";
import type { Stops } from "../account/stops.ts";
import { type Big, text } from "../calculation/decimal.ts";

/** How far from the price that the terminal sees a market order may be filled, in points, where the broker heeds it. */
const DEVIATION_POINTS = 50;

export interface Named {
  readonly id: string;
  readonly magic: string;
  readonly deadlineMsc: number;
}

const priceOf = (price: Big | undefined) => (price === undefined ? undefined : text(price));
const given = <Value extends object>(values: Value) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Value]?: NonNullable<Value[Key]>;
  };
const stopsOf = ({ stopLoss, takeProfit }: Stops) =>
  given({ stopLoss: priceOf(stopLoss), takeProfit: priceOf(takeProfit) });

/** A stop-limit order waits at its stop price, and then at its limit (ORDER_TYPE_BUY_STOP_LIMIT: `price`, `stoplimit`). */
const pending = (kind: OpenOrder["kind"], limit: string | undefined, stop: string | undefined) =>
  given({ price: kind === "limit" ? limit : stop, stopLimit: kind === "stop_limit" ? limit : undefined });

/** `closes`: the ticket of the position that it closes. */
export function placing(
  order: OpenOrder,
  timeInForce: TimeInForce,
  named: Named,
  closes: Ticket | undefined,
): Instruction {
  const { symbol, side, kind, remaining, limitPrice, stopPrice, expiresAt: expiresMsc } = order;
  const isNowOrNever = timeInForce === "fok" || timeInForce === "ioc";
  const filling = isNowOrNever ? { filling: timeInForce } : {};
  if (closes !== undefined) {
    const closing = {
      type: "instruction",
      action: "close",
      ...named,
      ticket: closes,
      volume: text(remaining),
    } as const;
    return { ...closing, deviation: DEVIATION_POINTS, ...filling };
  }
  return {
    ...{
      type: "instruction",
      action: "place",
      ...named,
      symbol,
      side,
      kind: kindAtBroker(kind),
      volume: text(remaining),
    },
    ...stopsOf(order.stops),
    ...pending(kind, priceOf(limitPrice), priceOf(stopPrice)),
    ...(kind === "market" ? { deviation: DEVIATION_POINTS } : given({ expiresMsc })),
    ...filling,
  };
}

export function changing(
  order: OpenOrder,
  asked: Extract<Asked, { what: "change" }>,
  ticket: Ticket,
  named: Named,
): Instruction {
  const limit = asked.limitPrice ?? priceOf(order.limitPrice);
  const stop = asked.stopPrice ?? priceOf(order.stopPrice);
  const prices = pending(order.triggered ? "limit" : order.kind, limit, stop);
  const expiresMsc = asked.expiresAt === undefined ? order.expiresAt : Date.parse(asked.expiresAt);
  return {
    ...{ type: "instruction", action: "modify", ...named, ticket, price: prices.price ?? "0" },
    ...given({ stopLimit: prices.stopLimit, expiresMsc }),
    ...stopsOf(order.stops),
  };
}

export const cancelling = (ticket: Ticket, named: Named): Instruction => ({
  ...{ type: "instruction", action: "cancel", ...named, ticket },
});

export const closingBy = (ticket: Ticket, by: Ticket, named: Named): Instruction => ({
  ...{ type: "instruction", action: "close_by", ...named, ticket, by },
});

export const protecting = (protection: Protection, ticket: Ticket, named: Named): Instruction => ({
  ...{ type: "instruction", action: "protect", ...named, ticket },
  ...given({ stopLoss: protection.stopLoss, takeProfit: protection.takeProfit }),
});
