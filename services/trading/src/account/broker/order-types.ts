import type { BrokerOrder, OrderKind, Side } from "@tradesage/contracts";
import { decimal, zero } from "../../calculation/decimal.ts";

/** ENUM_ORDER_TYPE, by its number. */
const types: readonly (readonly [OrderKind, Side])[] = [
  ["market", "buy"],
  ["market", "sell"],
  ["limit", "buy"],
  ["limit", "sell"],
  ["stop", "buy"],
  ["stop", "sell"],
  ["stop_limit", "buy"],
  ["stop_limit", "sell"],
];

/** MetaTrader has no orders that trail: it has the stop order that we move. */
export const kindAtBroker = (kind: OrderKind) => (kind === "trailing_stop" ? "stop" : kind);

/** What we call such an order of the broker's; nothing for the closing of one position by another. */
export function termsOf({ type, price, stopLimit }: Pick<BrokerOrder, "type" | "price" | "stopLimit">) {
  const [kind, side] = types[type] ?? [];
  if (!kind || !side) return undefined;
  const isStop = kind === "stop" || kind === "stop_limit";
  const limitPrice = kind === "limit" ? price : kind === "stop_limit" ? stopLimit : undefined;
  return {
    kind,
    side,
    ...(limitPrice !== undefined && decimal(limitPrice).gt(zero) && { limitPrice }),
    ...(isStop && { stopPrice: price }),
  };
}
