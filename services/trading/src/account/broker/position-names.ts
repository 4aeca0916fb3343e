import type { BrokerPosition, OrderId, Ticket } from "@tradesage/contracts";
import type { Named } from "../position-name.ts";
import type { Broker } from "./broker.ts";
import type { Chain } from "./chain.ts";
import { resolvePlacement } from "./resolve.ts";

/**
 * A position of a hedging account is named by the order that opened it, and MetaTrader identifies it by that order's
 * ticket (POSITION_IDENTIFIER, DEAL_POSITION_ID). The order of one that we know nothing of is a stranger's.
 */
export const positionIdOf = ({ byTicket }: Broker, identifier: Ticket): OrderId =>
  byTicket.get(identifier) ?? `${STRANGERS}${identifier}`;

/** POSITION_IDENTIFIER. */
export const identifierOf = ({ orders }: Broker, positionId: OrderId): Ticket =>
  orders.get(positionId)?.ticket ?? positionId.slice(STRANGERS.length);

/** An order that somebody else placed at the broker is named by its ticket. */
export const STRANGERS = "mt5-";

export const nameOfShown = (broker: Broker, { symbol, position }: BrokerPosition): Named => ({
  symbol,
  ...(position && { positionId: positionIdOf(broker, position.identifier) }),
});

/** A position is evidence of the order that opened it. */
export function showPositions(chain: Chain, positions: readonly BrokerPosition[]): void {
  for (const { symbol, position } of positions) {
    if (!position || chain.broker.byTicket.has(position.identifier)) continue;
    const orderId = chain.broker.byMagic.get(position.magic);
    const order = orderId === undefined ? undefined : chain.broker.orders.get(orderId);
    if (orderId === undefined || order?.ticket !== undefined || order?.symbol !== symbol) continue;
    const { accountId } = chain.account;
    chain.add({ type: "OrderAcknowledged", data: { accountId, orderId, ticket: position.identifier } });
    resolvePlacement(chain, orderId, "position");
  }
}
