import type { BrokerOrder, BrokerState, OrderId } from "@tradesage/contracts";
import { type Big, decimal, moneyText, zero } from "../../calculation/decimal.ts";
import type { Broker } from "./broker.ts";
import type { Chain } from "./chain.ts";
import { isAsAsked, standAt } from "./change-as-asked.ts";
import { kindAtBroker, termsOf } from "./order-types.ts";
import { STRANGERS } from "./position-names.ts";
import { resolvePlacement } from "./resolve.ts";

/** What the broker has open: ours by ticket, else by magic number; all others are strangers'. */
export function showOrders(chain: Chain, { orders }: BrokerState): void {
  for (const row of orders) {
    const orderId = orderOf(chain.broker, row);
    if (orderId !== undefined) showOurs(chain, orderId, row);
    else showStrangers(chain, row);
  }
}

export function orderOf(
  { byTicket, byMagic, orders }: Broker,
  row: Pick<BrokerOrder, "ticket" | "magic" | "symbol">,
): OrderId | undefined {
  const known = byTicket.get(row.ticket);
  if (known !== undefined) return known;
  const orderId = byMagic.get(row.magic);
  const order = orderId === undefined ? undefined : orders.get(orderId);
  return order?.ticket === undefined && order?.symbol === row.symbol ? orderId : undefined;
}

function showOurs(chain: Chain, orderId: OrderId, row: BrokerOrder): void {
  const { accountId } = chain.account;
  const order = chain.broker.orders.get(orderId);
  if (!order) return;
  if (order.ticket === undefined) {
    chain.add({ type: "OrderAcknowledged", data: { accountId, orderId, ticket: row.ticket } });
  }
  resolvePlacement(chain, orderId, "order");
  const terms = termsOf(row);
  if (!terms) return;
  const open = chain.account.orders.get(orderId);
  if (!open) {
    const { kind: _, ...prices } = terms;
    const { symbol, kind } = order;
    const volumes = { volume: row.volume, remaining: row.remaining };
    chain.add({ type: "OrderReopened", data: { accountId, orderId, ...prices, symbol, kind, ...volumes } });
    return;
  }
  if (open.kind === "stop_limit" && terms.kind === "limit" && !open.triggered) {
    chain.add({ type: "OrderTriggered", data: { accountId, orderId } });
  }
  const isMoved =
    differs(open.limitPrice, terms.limitPrice) || (!open.triggered && differs(open.stopPrice, terms.stopPrice));
  // What was asked for is told when it is settled.
  if (!isMoved || isAsAsked(order.asked, terms) || terms.kind !== kindAtBroker(open.kind)) return;
  standAt(chain, orderId, open, terms);
}

const differs = (ours: Big | undefined, theirs: string | undefined): boolean =>
  ours !== undefined && theirs !== undefined && !ours.eq(decimal(theirs));

function showStrangers(chain: Chain, { ticket, symbol, remaining, ...row }: BrokerOrder): void {
  const terms = termsOf(row);
  // What is for the market is about to be a deal.
  if (symbol === undefined || !terms || terms.kind === "market") return;
  const order = { accountId: chain.account.accountId, orderId: `${STRANGERS}${ticket}`, symbol, ...terms };
  chain.add({
    type: "OrderPlaced",
    data: { ...order, volume: remaining, external: ticket, margin: moneyText(zero, chain.account.currency) },
  });
}
