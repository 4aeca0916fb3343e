import {
  type AccountEvent,
  type BrokerDeal,
  type BrokerState,
  type InstrumentSymbol,
  isOfCredit,
  type OrderId,
  type Side,
} from "@tradesage/contracts";
import { type Big, decimal, moneyText, text, zero } from "../../calculation/decimal.ts";
import type { Market } from "../../calculation/market.ts";
import type { Named } from "../position-name.ts";
import { beginTrailing } from "./begin-trailing.ts";
import type { Chain } from "./chain.ts";
import { endLinked } from "./linked-at-broker.ts";
import { closedAfter, positionAfter } from "./position-after.ts";
import { positionIdOf, STRANGERS } from "./position-names.ts";
import { resolveClosing, resolvePlacement } from "./resolve.ts";
import { orderOf } from "./show-orders.ts";

/** ENUM_DEAL_TYPE: what is neither is money that moved, or a trade that the broker took back. */
const sides: readonly Side[] = ["buy", "sell"];

/** Every deal that is new or not as it was, in the order in which they happened. */
export function recordDeals(chain: Chain, { deals }: BrokerState, market: Market): void {
  for (const deal of [...deals].sort(byTime)) {
    const known = chain.broker.deals.get(deal.ticket);
    if (known === undefined) record(chain, deal, market);
    else if (known === null || isSame(known, deal)) continue;
    else if (isOfCredit(known.type) === isOfCredit(deal.type)) correct(chain, known, deal);
    else {
      // What moved the one and now moves the other is two movements.
      revoke(chain, known);
      record(chain, deal, market);
    }
  }
}

/** Deals that were recorded, and that two complete readings of their time show no more. */
export function revokeDeals(chain: Chain, { deals, dealsFromMsc }: BrokerState): void {
  const shown = new Set(deals.map(({ ticket }) => ticket));
  for (const [ticket, deal] of chain.broker.deals) {
    if (!deal || shown.has(ticket) || deal.timeMsc < dealsFromMsc + EDGE_MS) continue;
    revoke(chain, deal);
  }
}

function revoke(chain: Chain, deal: BrokerDeal): void {
  const { accountId } = chain.account;
  const { ticket, type } = deal;
  chain.add({ type: "DealRevoked", data: { accountId, ticket, ...moving(chain, type, sumOf(deal).neg()), type } });
  const execution = executionOf(chain, deal);
  if (execution) chain.add({ type: "ExecutionRevoked", data: execution });
}

/** The window's edge moves with the clock: what is near it may have left it. */
const EDGE_MS = 3_600_000;

const byTime = (a: BrokerDeal, b: BrokerDeal) =>
  a.timeMsc - b.timeMsc || (BigInt(a.ticket) < BigInt(b.ticket) ? -1 : 1);

const money = ({ account }: Chain, amount: Big) => moneyText(amount, account.currency);
const sumOf = ({ profit, commission, fee, swap }: BrokerDeal): Big =>
  [profit, commission, fee, swap].reduce((sum, part) => sum.plus(decimal(part)), zero);
/** What a deal changes the balance by, or the credit. */
const moving = (chain: Chain, type: number, sum: Big) =>
  isOfCredit(type) ? { amount: money(chain, zero), credit: money(chain, sum) } : { amount: money(chain, sum) };
const executionId = (ticket: string) => `${STRANGERS}${ticket}`;

const fields = ["type", "entry", "volume", "price", "profit", "commission", "fee", "swap"] as const;
const isSame = (a: BrokerDeal, b: BrokerDeal): boolean =>
  fields.every((field) => decimal(String(a[field])).eq(decimal(String(b[field]))));

function record(chain: Chain, deal: BrokerDeal, market: Market): void {
  const { accountId } = chain.account;
  const side = sides[deal.type];
  const volume = decimal(deal.volume);
  const known = side && orderOf(chain.broker, { ...deal, ticket: deal.order });
  const ours = known !== undefined && chain.broker.orders.get(known)?.side === side ? known : undefined;
  const symbol = ours === undefined ? deal.symbol : chain.broker.orders.get(ours)?.symbol;
  if (!side || symbol === undefined || volume.lte(zero)) {
    chain.add({ type: "DealRecorded", data: { accountId, deal, ...moving(chain, deal.type, sumOf(deal)) } });
    return;
  }
  if (deal.entry === OUT_BY) recordClosing(chain, deal, side, symbol, market);
  else recordFill(chain, deal, ours ?? strangers(chain, deal, side, symbol), side, symbol, market);
}

function recordFill(
  chain: Chain,
  deal: BrokerDeal,
  orderId: OrderId,
  side: Side,
  symbol: InstrumentSymbol,
  market: Market,
): void {
  const { accountId } = chain.account;
  const volume = decimal(deal.volume);
  if (chain.broker.orders.get(orderId)?.ticket === undefined && deal.order !== "0") {
    chain.add({ type: "OrderAcknowledged", data: { accountId, orderId, ticket: deal.order } });
  }
  resolvePlacement(chain, orderId, "deal");
  const remaining = makeRoom(chain, orderId, volume).minus(volume);
  const fill = fillOf(deal, side);
  const named = positionOfDeal(chain, deal, symbol);
  const after = named.positionId !== undefined && deal.entry !== IN ? closedAfter : positionAfter;
  const { events, carried } = after(chain.account, named, fill, market);
  const amount = money(chain, sumOf(deal).minus(carried));
  const filled = { accountId, orderId, symbol, side, volume: text(volume), executionId: fill.executionId };
  const isFirst = chain.broker.orders.get(orderId)?.isFilled === false;
  chain.add(
    { type: "DealRecorded", data: { accountId, deal, orderId, amount } },
    { type: "OrderFilled", data: { ...filled, price: deal.price, remaining: text(remaining) } },
    ...events,
  );
  if (!isFirst) return;
  beginTrailing(chain, orderId, named);
  endLinked(chain, orderId);
}

/** ENUM_DEAL_ENTRY: a position was entered; left, also by an opposite one. A netted one may be turned. */
const IN = 0;
const OUT_BY = 3;

const fillOf = ({ volume, price, ticket, profit }: BrokerDeal, side: Side) => ({
  ...{ side, volume: decimal(volume), price, executionId: executionId(ticket), profit: decimal(profit) },
});

const positionOfDeal = ({ account, broker }: Chain, { position }: BrokerDeal, symbol: string): Named =>
  account.mode === "hedging" ? { symbol, positionId: positionIdOf(broker, position) } : { symbol };

/** Of the two deals of positions that close each other each one ends its own; no order was filled. */
function recordClosing(chain: Chain, deal: BrokerDeal, side: Side, symbol: string, market: Market): void {
  const { accountId } = chain.account;
  const named = positionOfDeal(chain, deal, symbol);
  resolveClosing(chain, named);
  const { events, carried } = closedAfter(chain.account, named, fillOf(deal, side), market);
  const amount = money(chain, sumOf(deal).minus(carried));
  chain.add({ type: "DealRecorded", data: { accountId, deal, amount } }, ...events);
}

/** A deal whose order is not ours was somebody's at the broker: it becomes an order of the account. */
function strangers(chain: Chain, deal: BrokerDeal, side: Side, symbol: string): OrderId {
  const { order, ticket, volume, entry } = deal;
  const { accountId } = chain.account;
  const orderId = order === "0" ? `${STRANGERS}deal-${ticket}` : `${STRANGERS}${order}`;
  const { positionId } = positionOfDeal(chain, deal, symbol);
  const closes = positionId !== undefined && entry !== IN ? { positionId, reduceOnly: true } : {};
  const placed = { accountId, orderId, symbol, side, volume, kind: "market", external: order, ...closes } as const;
  chain.add({ type: "OrderPlaced", data: { ...placed, margin: money(chain, zero) } });
  return orderId;
}

/** What is left of the order, at least this much: a deal has happened, whatever we took its order for. */
function makeRoom(chain: Chain, orderId: OrderId, volume: Big): Big {
  const { accountId } = chain.account;
  const order = chain.broker.orders.get(orderId);
  const open = chain.account.orders.get(orderId);
  if (!order) throw new Error(`order ${orderId} is not at the broker`);
  if (open?.remaining.gte(volume)) return open.remaining;
  if (open) {
    // More than was asked for: the order was larger than we knew.
    const data = { accountId, orderId, volume: text(open.volume.plus(volume).minus(open.remaining)) };
    const margin = money(chain, open.margin);
    chain.add({ type: "OrderModified", data: { ...data, remaining: text(volume), ...pricesOf(open), margin } });
    return volume;
  }
  const { symbol, side, kind } = order;
  const larger = order.volume.gte(volume) ? order.volume : volume;
  const data = { accountId, orderId, symbol, side, kind, volume: text(larger), remaining: text(volume) };
  chain.add({ type: "OrderReopened", data });
  return volume;
}

const pricesOf = ({
  limitPrice,
  stopPrice,
}: {
  readonly limitPrice?: Big | undefined;
  readonly stopPrice?: Big | undefined;
}) => ({
  ...(limitPrice && { limitPrice: text(limitPrice) }),
  ...(stopPrice && { stopPrice: text(stopPrice) }),
});

/** The broker changed it. What it does to a position shows in the position itself. */
function correct(chain: Chain, before: BrokerDeal, deal: BrokerDeal): void {
  const { accountId } = chain.account;
  const moved = moving(chain, deal.type, sumOf(deal).minus(sumOf(before)));
  chain.add({ type: "DealCorrected", data: { accountId, deal, ...moved } });
  const execution = executionOf(chain, before);
  if (!execution) return;
  const { volume, price, ...named } = execution;
  const isTrade = sides[deal.type] !== undefined && decimal(deal.volume).gt(zero);
  const event: AccountEvent = isTrade
    ? {
        type: "ExecutionCorrected",
        data: { ...named, volume: deal.volume, price: deal.price, before: { volume, price } },
      }
    : { type: "ExecutionRevoked", data: execution };
  if (!isTrade || deal.volume !== volume || deal.price !== price) chain.add(event);
}

/** The execution that a deal was recorded as; nothing for what was no trade of an order. */
function executionOf({ account: { accountId }, broker }: Chain, { ticket, order, type, volume, price }: BrokerDeal) {
  const orderId = broker.byTicket.get(order);
  if (orderId === undefined || sides[type] === undefined) return undefined;
  return { accountId, orderId, executionId: executionId(ticket), volume, price };
}
