import type { OrderId } from "@tradesage/contracts";
import { text } from "../../calculation/decimal.ts";
import { keyOf, type Named } from "../position-name.ts";
import type { Chain } from "./chain.ts";
import { toldTrailing } from "./change-as-asked.ts";

/**
 * The position that an order opens, or adds to, has the order's stops at the broker (DEAL_SL); from there it trails. Where
 * it stands otherwise a settled state tells.
 */
export function beginTrailing(chain: Chain, orderId: OrderId, named: Named): void {
  const order = chain.broker.orders.get(orderId);
  const held = chain.account.positions.get(keyOf(named));
  if (!order?.stops.trailingStop || held?.side !== order.side) return;
  const { stopLoss, takeProfit, trailingStop } = order.stops;
  const told = {
    ...(stopLoss && { stopLoss: text(stopLoss) }),
    ...(takeProfit && { takeProfit: text(takeProfit) }),
    trailingStop: toldTrailing(trailingStop),
  };
  const { accountId } = chain.account;
  chain.add({ type: "PositionProtected", data: { accountId, ...named, side: held.side, ...told } });
}
