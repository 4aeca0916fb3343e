import type { BrokerState, OrderId } from "@tradesage/contracts";
import { text } from "../../calculation/decimal.ts";
import { cancelAtBroker } from "./cancel-at-broker.ts";
import type { Chain } from "./chain.ts";

/**
 * MetaTrader does not link orders, so ours are linked by us: the first fill of one asks for the cancel of the others. One
 * that is filled before that gets through is filled, too: that is told, and neither is taken back.
 */
export function endLinked(chain: Chain, orderId: OrderId): void {
  const { accountId } = chain.account;
  for (const other of chain.broker.orders.get(orderId)?.oco ?? []) {
    if (chain.broker.orders.get(other)?.isFilled) {
      chain.add({ type: "LinkedOrdersFilled", data: { accountId, orderId, other } });
    } else cancelLinked(chain, other);
  }
}

function cancelLinked(chain: Chain, orderId: OrderId): void {
  const { accountId, orders } = chain.account;
  const open = orders.get(orderId);
  if (!open) return;
  const data = { accountId, orderId, remaining: text(open.remaining), reason: "other_filled" } as const;
  const asked = cancelAtBroker(accountId, chain.broker, orderId, "other_filled");
  chain.add(...(asked ?? [{ type: "OrderCancelled", data } as const]));
}

const LONGEST_PAUSE_MS = 600_000;

/** A cancel that the broker refused, or that got lost, is asked for again, after a pause that doubles. */
export function cancelAgain(chain: Chain, { settledSinceMsc = 0 }: BrokerState): void {
  for (const orderId of chain.account.orders.keys()) {
    const order = chain.broker.orders.get(orderId);
    if (!order?.mustGo || order.asked) continue;
    const { count, until } = order.cancels;
    if (settledSinceMsc > until + Math.min(1000 * 2 ** count, LONGEST_PAUSE_MS)) cancelLinked(chain, orderId);
  }
}
