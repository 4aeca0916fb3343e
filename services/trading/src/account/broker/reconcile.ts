import type { BrokerState, CancelReason } from "@tradesage/contracts";
import { type Big, decimal, moneyText, text, zero } from "../../calculation/decimal.ts";
import type { Market } from "../../calculation/market.ts";
import type { OpenOrder, OpenPosition } from "../account.ts";
import type { BrokersOrder } from "./broker.ts";
import type { Chain } from "./chain.ts";
import { marginIfKnown } from "./position-after.ts";

/** Orders that were at the broker and are there no more. One whose cancel the broker took needs no second reading. */
export function endMissingOrders(chain: Chain, state: BrokerState): void {
  const shown = new Set(state.orders.map(({ ticket }) => ticket));
  for (const [orderId, order] of chain.account.orders) {
    const known = chain.broker.orders.get(orderId);
    if (!known?.isBegun || isOnItsWay(chain, orderId)) continue;
    if (known.ticket !== undefined && shown.has(known.ticket)) continue;
    if (!known.cancelled && state.settledSinceMsc === undefined) continue;
    const data = { accountId: chain.account.accountId, orderId, remaining: text(order.remaining) };
    chain.add({ type: "OrderCancelled", data: { ...data, reason: reasonOf(order, known, state) } });
  }
}

const isOnItsWay = ({ broker }: Chain, orderId: string): boolean =>
  broker.instructions.some((open) => open.action === "place" && open.orderId === orderId);

function reasonOf(order: OpenOrder, known: BrokersOrder, { settledSinceMsc }: BrokerState): CancelReason {
  if (known.cancelled) return known.cancelled;
  if (known.asked?.what === "cancel") return known.asked.reason;
  if (order.expiresAt !== undefined && order.expiresAt <= (settledSinceMsc ?? 0)) return "expired";
  return order.kind === "market" ? "unfilled" : "venue";
}

/** Positions are what the broker holds. */
export function reconcilePositions(chain: Chain, { positions }: BrokerState, market: Market): void {
  const { accountId, currency } = chain.account;
  const shown = new Map(positions.map((position) => [position.symbol, position]));
  for (const symbol of new Set([...chain.account.positions.keys(), ...shown.keys()])) {
    const held = chain.account.positions.get(symbol);
    const theirs = shown.get(symbol);
    const volume = theirs ? decimal(theirs.volume) : zero;
    const before = signed(held);
    if (!volume.eq(before)) {
      if (volume.eq(zero)) {
        if (held)
          chain.add({
            type: "PositionVanished",
            data: { accountId, symbol, side: held.side, volume: text(held.volume) },
          });
        continue;
      }
      const side = volume.gt(zero) ? "buy" : "sell";
      const averagePrice = theirs?.price ?? "0";
      const of = { side, volume: volume.abs(), price: decimal(averagePrice) } as const;
      const margin = moneyText(marginIfKnown(chain.account, symbol, of, market), currency);
      const data = {
        accountId,
        symbol,
        side,
        volume: text(of.volume),
        averagePrice,
        margin,
        before: text(before),
      } as const;
      chain.add({ type: "PositionReconciled", data });
    }
    if (theirs && !volume.eq(zero)) reconcileStops(chain, theirs);
  }
}

const signed = (held: OpenPosition | undefined): Big =>
  held ? (held.side === "buy" ? held.volume : held.volume.neg()) : zero;

function reconcileStops(chain: Chain, { symbol, stopLoss, takeProfit }: BrokerState["positions"][number]): void {
  const held = chain.account.positions.get(symbol);
  if (!held) return;
  const isAt = (ours: Big | undefined, theirs: string) => (ours ?? zero).eq(decimal(theirs));
  if (isAt(held.stops.stopLoss, stopLoss) && isAt(held.stops.takeProfit, takeProfit)) return;
  const told = {
    ...(decimal(stopLoss).gt(zero) && { stopLoss }),
    ...(decimal(takeProfit).gt(zero) && { takeProfit }),
  };
  const { accountId } = chain.account;
  chain.add({ type: "PositionProtected", data: { accountId, symbol, side: held.side, ...told } });
}

/** Money is what the broker says. */
export function reconcileBalance(chain: Chain, state: BrokerState): void {
  const { accountId, balance, currency } = chain.account;
  const difference = decimal(state.balance).minus(balance);
  const told = moneyText(difference, currency);
  if (decimal(told).eq(zero)) return;
  const data = { accountId, balance: moneyText(decimal(state.balance), currency), difference: told };
  chain.add({ type: "BalanceReconciled", data });
}
