import type { AccountEvent, CancelReason, OrderId } from "@tradesage/contracts";
import { text } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import type { Account } from "./account.ts";
import { cancelAtBroker } from "./broker/cancel-at-broker.ts";
import { setAgain } from "./protect-position.ts";
import { openOrder } from "./record-execution.ts";

/** What remains of an open order is cancelled; what a broker may have, when the broker shows it. @throws Refused ORDER_NOT_FOUND, ORDER_NOT_OPEN */
export function cancelOrder(account: Account, orderId: OrderId, reason: CancelReason, moment: Moment): AccountEvent[] {
  const { accountId } = account;
  const order = openOrder(account, orderId);
  const asked = account.broker && cancelAtBroker(accountId, account.broker, orderId, reason);
  if (asked) return asked;
  const data = { accountId, orderId, remaining: text(order.remaining), reason };
  return [{ type: "OrderCancelled", data }, ...setAgain(account, order, moment)];
}
