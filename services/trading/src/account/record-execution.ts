import {
  type AccountCommand,
  type AccountEvent,
  type DataOf,
  type InstrumentSpecification,
  refuse,
} from "@tradesage/contracts";
import { type Big, decimal, moneyText, smaller, text, zero } from "../calculation/decimal.ts";
import { marginOf } from "../calculation/margin.ts";
import { atQuote, instrumentOf, type Market, type Moment } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";
import { type Account, averageOf, holdingOf, isClosed, type OpenOrder } from "./account.ts";
import { type Fill, hedge } from "./hedging.ts";
import { keyOf } from "./position-name.ts";
import { setAgain, stopsOfOpened } from "./protect-position.ts";

type RecordExecution = DataOf<AccountCommand, "RecordExecution">;

/** An order was executed, in part or whole. The account nets it, or hedges. */
export function recordExecution(account: Account, execution: RecordExecution, moment: Moment): AccountEvent[] {
  const { accountId, orderId, executionId, price, quote } = execution;
  const order = openOrder(account, orderId);
  if (order.executions.includes(executionId)) return refuse("EXECUTION_EXISTS", undefined, { orderId, executionId });
  const asked = decimal(execution.volume);
  if (asked.gt(order.remaining)) {
    return refuse("OVERFILL", undefined, { orderId, volume: text(asked), remaining: text(order.remaining) });
  }
  const { symbol, side } = order;
  mustTake(order, execution, moment);
  // What it was to reduce may have become less since it was placed.
  const held = order.reduceOnly ? opposite(account, order) : asked;
  const volume = smaller(asked, held);
  const remaining = order.remaining.minus(volume);
  const ended: AccountEvent[] = volume.lt(asked)
    ? [
        {
          type: "OrderCancelled",
          data: { accountId, orderId, remaining: text(remaining), reason: "nothing_to_reduce" },
        },
      ]
    : [];
  if (volume.eq(zero)) return ended;
  const filled = { accountId, orderId, symbol, side, volume: text(volume), executionId, price };
  const then = atQuote(moment, symbol, { bid: Number(quote.bid), ask: Number(quote.ask), timeMsc: quote.timeMsc });
  return [
    { type: "OrderFilled", data: { ...filled, remaining: text(remaining), quote } },
    ...(account.mode === "hedging"
      ? hedge(account, orderId, order, { executionId, volume, price }, instrumentOf(moment, symbol), then)
      : net(account, order, { executionId, volume, price }, instrumentOf(moment, symbol), then)),
    ...ended,
  ];
}

/** An order takes no worse price than its limit, and nothing after its end: it may have been changed meanwhile. */
function mustTake(
  { side, limitPrice, expiresAt }: OpenOrder,
  { orderId, price }: RecordExecution,
  { at }: Moment,
): void {
  const paid = decimal(price);
  if (limitPrice && (side === "buy" ? paid.gt(limitPrice) : paid.lt(limitPrice)))
    refuse("PRICE_BEYOND_LIMIT", undefined, { orderId, price, limitPrice: text(limitPrice) });
  if (expiresAt !== undefined && at >= expiresAt)
    refuse("EXPIRY_PASSED", undefined, { orderId, expiresAt: new Date(expiresAt).toISOString() });
}

/** @throws Refused ORDER_NOT_FOUND, ORDER_NOT_OPEN */
export function openOrder(account: Account, orderId: string): OpenOrder {
  return (
    account.orders.get(orderId) ??
    refuse(isClosed(account, orderId) ? "ORDER_NOT_OPEN" : "ORDER_NOT_FOUND", undefined, { orderId })
  );
}

/** What the account holds that an order on this side closes. */
function opposite({ positions }: Account, order: OpenOrder): Big {
  const { side } = order;
  const held = positions.get(keyOf(order));
  return held && held.side !== side ? held.volume : zero;
}

/** One position an instrument: opens, increases, reduces, closes, or closes and opens the other way. */
function net(
  account: Account,
  order: OpenOrder,
  { executionId, volume, price }: Fill,
  instrument: InstrumentSpecification,
  market: Market,
): AccountEvent[] {
  const { symbol, side, stops } = order;
  const held = account.positions.get(symbol);
  const { accountId, currency } = account;
  const at = decimal(price);
  const money = (amount: Big) => moneyText(amount, currency);
  const named = { accountId, symbol, executionId };
  const margin = (of: Big) => marginOf("maintenance", account, instrument, { side, volume: of, price: at }, market);
  const opened = (of: Big): AccountEvent => ({
    type: "PositionOpened",
    data: { ...named, side, volume: text(of), price, margin: money(margin(of)) },
  });

  const protectedBy = stopsOfOpened(accountId, { symbol }, side, stops, instrument, market);

  if (!held) return [opened(volume), ...protectedBy];
  if (held.side === side) {
    const total = held.volume.plus(volume);
    const averagePrice = averageOf(held, volume, at);
    const data = { ...named, side, volume: text(volume), price, total: text(total), averagePrice: text(averagePrice) };
    const increased = { ...data, margin: money(held.margin.plus(margin(volume))) };
    return [{ type: "PositionIncreased", data: increased }, ...protectedBy];
  }

  const profit = (of: Big) => money(profitOf(instrument, holdingOf(held, of), at, currency, market));
  const left = held.volume.minus(volume);
  if (left.gt(zero)) {
    const share = money(held.margin.times(left).div(held.volume));
    const data = { ...named, side: held.side, volume: text(volume), price, total: text(left) };
    const reduced: AccountEvent = { type: "PositionReduced", data: { ...data, profit: profit(volume), margin: share } };
    // Its stop was to close all of it, and it grew meanwhile; or the rest of that order is to come.
    return order.remaining.gt(volume) ? [reduced] : [reduced, ...setAgain(account, order, market)];
  }
  const data = { ...named, side: held.side, volume: text(held.volume), price };
  const closed: AccountEvent = { type: "PositionClosed", data: { ...data, profit: profit(held.volume) } };
  return left.eq(zero) ? [closed] : [closed, opened(left.neg()), ...protectedBy];
}
