import { type AccountCommand, type AccountEvent, type DataOf, type Restriction, refuse } from "@tradesage/contracts";
import type { Account } from "../account/account.ts";
import { cancelOrder } from "../account/cancel-order.ts";
import type { Moment } from "../calculation/market.ts";

/** What restricts an account: a halt before all else, and what is nearest to it first. */
function restrictionOf({ risk: { state, reason } }: Account, { restrictions }: Moment): Restriction | undefined {
  const all = state === "active" ? restrictions : [{ scope: "account", state, reason } as const, ...restrictions];
  return all.find((restriction) => restriction.state === "halted") ?? all[0];
}

/** The restriction under which an order is taken, if any. @throws Refused TRADING_HALTED, ONLY_REDUCING */
export function allowed(
  account: Account,
  { reduceOnly }: { readonly reduceOnly: boolean },
  moment: Moment,
): Restriction | undefined {
  const restriction = restrictionOf(account, moment);
  if (restriction?.state === "halted") refuse("TRADING_HALTED", undefined, restriction);
  if (restriction && !reduceOnly) refuse("ONLY_REDUCING", undefined, restriction);
  return restriction;
}

type SetTradingState = DataOf<AccountCommand, "SetTradingState">;

/** The account's own state, and the end of the orders that it may not have under it. */
export function setTradingState(account: Account, change: SetTradingState, moment: Moment): AccountEvent[] {
  const { state, reason = "" } = change;
  if (account.risk.state === state && account.risk.reason === reason) return [];
  const changed: AccountEvent = { type: "TradingStateChanged", data: change };
  return state === "active" ? [changed] : [changed, ...withoutOpeningOrders(account, moment)];
}

/** The end of the orders that the account may not have under what restricts it now. */
export const enforceTradingState = (account: Account, moment: Moment): AccountEvent[] =>
  restrictionOf(account, moment) ? withoutOpeningOrders(account, moment) : [];

/** What can only reduce stays: it takes risk away. */
export const withoutOpeningOrders = (account: Account, moment: Moment): AccountEvent[] =>
  account.orders
    .filter(({ reduceOnly }) => !reduceOnly)
    .keySeq()
    .toArray()
    .flatMap((orderId) => cancelOrder(account, orderId, "restricted", moment));
