import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import { type Big, moneyText, text, zero } from "../calculation/decimal.ts";
import { instrumentOf, type Moment } from "../calculation/market.ts";
import { withinLimits } from "../risk/limits.ts";
import { allowed } from "../risk/trading-state.ts";
import type { Account, OpenOrder } from "./account.ts";
import { withoutOrder } from "./evolve.ts";
import { marginNeeded } from "./funds.ts";
import { affordable, expiryOf, pricesOf, rests, validTerms, validVolume, worstPrice } from "./order-terms.ts";
import { mustReduce } from "./place-order.ts";
import { openOrder } from "./record-execution.ts";

type ModifyOrder = DataOf<AccountCommand, "ModifyOrder">;

/** What an order that rests becomes; what it reserves already is free for it. */
export function modifyOrder(account: Account, change: ModifyOrder, moment: Moment): AccountEvent[] {
  const { accountId, orderId } = change;
  const order = openOrder(account, orderId);
  const { symbol, side, oco } = order;
  if (!rests(order.kind)) return refuse("ORDER_NOT_RESTING", undefined, { orderId });
  allowed(account, order, moment);
  mustHave(order, change);
  const instrument = instrumentOf(moment, symbol);
  const expiresAt =
    change.expiresAt === undefined
      ? order.expiresAt && new Date(order.expiresAt).toISOString()
      : expiryOf({ timeInForce: "gtd", expiresAt: change.expiresAt }, moment.at);
  const volume = change.volume === undefined ? order.volume : validVolume(change.volume, instrument);
  const remaining = left(order, volume);
  const changed = validTerms(
    {
      ...{ side, triggered: order.triggered, trailing: change.trailing },
      limitPrice: change.limitPrice ?? order.limitPrice?.toFixed(instrument.digits),
      stopPrice: change.stopPrice ?? order.stopPrice?.toFixed(instrument.digits),
    },
    instrument,
    moment,
  );
  const terms = { ...changed, trailing: changed.trailing ?? order.trailing };
  const without = withoutOrder(account, orderId);
  if (order.reduceOnly) mustReduce(without, { symbol, side, volume: remaining, oco, positionId: order.positionId });
  const price = terms.limitPrice ?? terms.stopPrice ?? worstPrice(side, instrument, moment);
  const { reduceOnly } = order;
  const asked = { symbol, side, volume: remaining, reduceOnly, price, ...terms };
  withinLimits("modifications", without, asked, instrument, moment);
  const margin = marginNeeded(without, instrument, { side, volume, oco, positionId: order.positionId }, price, moment);
  if (margin.gt(zero)) affordable(margin, without, moment);
  const data = {
    ...{ accountId, orderId, volume: text(volume), remaining: text(remaining) },
    ...pricesOf(terms, instrument),
    ...(expiresAt && { expiresAt }),
    ...(account.risk.rules?.limits.modifications && { modifiedAt: new Date(moment.at).toISOString() }),
    margin: moneyText(margin, account.currency),
  };
  return [{ type: "OrderModified", data }];
}

/** An order keeps its kind, and how long it stands: what it has not cannot be changed. */
export function mustHave(order: OpenOrder, change: ModifyOrder): void {
  if (order.trailing && change.stopPrice !== undefined)
    refuse("INVALID_INPUT", "stopPrice: it follows the market; change how it trails", { field: "stopPrice" });
  for (const field of ["limitPrice", "stopPrice", "trailing", "expiresAt"] as const)
    if (change[field] !== undefined && order[field] === undefined)
      refuse("INVALID_INPUT", `${field}: a ${order.kind} order has none`, { field });
}

/** What is not filled of it, if it is to have this volume. */
function left({ volume: before, remaining }: OpenOrder, volume: Big): Big {
  const filled = before.minus(remaining);
  if (volume.gt(filled)) return volume.minus(filled);
  return refuse("VOLUME_OUT_OF_RANGE", "as much was filled already", { volume: text(volume), filled: text(filled) });
}
