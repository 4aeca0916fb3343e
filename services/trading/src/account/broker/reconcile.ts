import type { BrokerPosition, BrokerState, CancelReason } from "@tradesage/contracts";
import { type Big, decimal, moneyText, text, zero } from "../../calculation/decimal.ts";
import type { Market } from "../../calculation/market.ts";
import type { OpenOrder, OpenPosition } from "../account.ts";
import { keyOf, type Named, nameOf } from "../position-name.ts";
import type { Trailing } from "../stops.ts";
import type { BrokersOrder } from "./broker.ts";
import type { Chain } from "./chain.ts";
import { toldTrailing } from "./change-as-asked.ts";
import { marginIfKnown, marginLeft } from "./position-after.ts";
import { nameOfShown } from "./position-names.ts";

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
  const shown = new Set<string>();
  for (const theirs of positions) {
    const named = nameOfShown(chain.broker, theirs);
    shown.add(keyOf(named));
    if (decimal(theirs.volume).eq(zero)) vanish(chain, named, market);
    else {
      const trails = chain.account.positions.get(keyOf(named))?.stops.trailingStop;
      reconcile(chain, named, theirs, market);
      reconcileStops(chain, named, theirs, trails);
    }
  }
  for (const [key, held] of chain.account.positions) if (!shown.has(key)) vanish(chain, nameOf(held), market);
}

function vanish(chain: Chain, named: Named, market: Market): void {
  const { accountId, positions } = chain.account;
  const held = positions.get(keyOf(named));
  if (!held) return;
  const margin = marginLeft(chain.account, named, held, market);
  const data = { accountId, ...named, side: held.side, volume: text(held.volume), ...margin };
  chain.add({ type: "PositionVanished", data });
}

function reconcile(chain: Chain, named: Named, { volume: signedVolume, price }: BrokerPosition, market: Market): void {
  const { accountId, currency, positions } = chain.account;
  const volume = decimal(signedVolume);
  const before = signed(positions.get(keyOf(named)));
  if (volume.eq(before)) return;
  const of = { side: volume.gt(zero) ? "buy" : "sell", volume: volume.abs(), price: decimal(price) } as const;
  const margin = moneyText(marginIfKnown(chain.account, named, of, market), currency);
  const now = { side: of.side, volume: text(of.volume), averagePrice: price, margin };
  chain.add({ type: "PositionReconciled", data: { accountId, ...named, ...now, before: text(before) } });
}

const signed = (held: OpenPosition | undefined): Big =>
  held ? (held.side === "buy" ? held.volume : held.volume.neg()) : zero;

/** A stop that somebody moved at the terminal trails on from there; one that he took away does not. */
function reconcileStops(
  chain: Chain,
  named: Named,
  { stopLoss, takeProfit }: BrokerPosition,
  trails: Trailing | undefined,
): void {
  const held = chain.account.positions.get(keyOf(named));
  if (!held) return;
  const isBare = decimal(stopLoss).eq(zero);
  const isAt = (ours: Big | undefined, theirs: string) => (ours ?? zero).eq(decimal(theirs));
  const isSame = isAt(held.stops.stopLoss, stopLoss) && isAt(held.stops.takeProfit, takeProfit);
  if (isSame && !(trails && isBare)) return;
  const told = {
    ...(!isBare && { stopLoss }),
    ...(decimal(takeProfit).gt(zero) && { takeProfit }),
    ...(trails && !isBare && { trailingStop: toldTrailing(trails) }),
  };
  const { accountId } = chain.account;
  chain.add({ type: "PositionProtected", data: { accountId, ...named, side: held.side, ...told } });
}
