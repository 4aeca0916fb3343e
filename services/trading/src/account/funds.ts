import type { InstrumentSpecification, OrderId, Side } from "@tradesage/contracts";
import { type Big, larger, roundMoney, smaller, zero } from "../calculation/decimal.ts";
import { marginOf } from "../calculation/margin.ts";
import type { Market } from "../calculation/market.ts";
import type { Account } from "./account.ts";
import { marginAdded } from "./hedged-margins.ts";
import { positionValue } from "./position-value.ts";
import { unclaimed } from "./reducible.ts";

/** What an account has to trade with, in its currency. */
export interface Funds {
  readonly balance: Big;
  /** Balance, credit and what all positions would earn or lose if they were closed now. */
  readonly equity: Big;
  /** Held by positions. */
  readonly used: Big;
  /** Held back for open orders. */
  readonly reserved: Big;
  /** Equity less both. */
  readonly free: Big;
}

/** @throws Refused INSTRUMENT_NOT_FOUND, NO_QUOTE, NO_CONVERSION_RATE where a position cannot be valued */
export function fundsOf(account: Account, market: Market): Funds {
  const { positions, currency } = account;
  return fundsWith(
    account,
    positions.reduce((sum, position) => sum.plus(positionValue(position, currency, market).profit), zero),
  );
}

/** The same where it is known what all positions would earn. */
export function fundsWith(account: Account, floating: Big): Funds {
  const { balance, credit, reserved } = account;
  const used = usedBy(account);
  const equity = balance.plus(credit).plus(floating);
  return { balance, equity, used, reserved, free: equity.minus(used).minus(reserved) };
}

/** What positions hold: in netting each its own, in hedging those of an instrument together. */
export function usedBy({ positions, hedged }: Account): Big {
  const alone = positions.reduce((sum, { margin }) => sum.plus(margin), zero);
  return hedged.reduce((sum, margin) => sum.plus(margin), alone);
}

/**
 * What an order would take beyond what the account holds already. The part that closes an opposite position takes
 * nothing and gives that position's margin back; what other open orders would close of it is theirs.
 */
export function marginNeeded(
  account: Account,
  instrument: InstrumentSpecification,
  order: {
    readonly side: Side;
    readonly volume: Big;
    readonly oco?: readonly OrderId[];
    readonly positionId?: OrderId | undefined;
  },
  price: Big,
  market: Market,
): Big {
  if (order.positionId !== undefined) return zero;
  if (account.mode === "hedging") return marginAdded(account, instrument, order, price, market);
  const position = account.positions.get(instrument.symbol);
  const closing = smaller(order.volume, unclaimed(account, { ...order, symbol: instrument.symbol }));
  const opening = order.volume.minus(closing);
  const given = position && closing.gt(zero) ? position.margin.times(closing).div(position.volume) : zero;
  const taken = marginOf("initial", account, instrument, { side: order.side, volume: opening, price }, market);
  return larger(zero, roundMoney(taken.minus(given), account.currency));
}
