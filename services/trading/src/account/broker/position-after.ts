import { type AccountEvent, Refused, type Side } from "@tradesage/contracts";
import { type Big, decimal, moneyText, smaller, text, zero } from "../../calculation/decimal.ts";
import { marginOf } from "../../calculation/margin.ts";
import { instrumentOf, type Market } from "../../calculation/market.ts";
import { type Account, averageOf, type OpenPosition } from "../account.ts";
import { marginWith } from "../hedged-margins.ts";
import { keyOf, type Named } from "../position-name.ts";

interface BrokersFill {
  readonly side: Side;
  readonly volume: Big;
  readonly price: string;
  readonly executionId: string;
  /** As the broker booked it, in the account's currency. */
  readonly profit: Big;
}

interface After {
  readonly events: readonly AccountEvent[];
  /** How much of its profit the events carry. */
  readonly carried: Big;
}

/** What a broker's deal does to the position that it belongs to. */
export function positionAfter(account: Account, named: Named, fill: BrokersFill, market: Market): After {
  const held = account.positions.get(keyOf(named));
  if (!held) return { events: [opened(account, named, fill, market)], carried: zero };
  return held.side === fill.side
    ? increased(account, named, held, fill, market)
    : reduced(account, named, held, fill, market);
}

/** What the deal of a hedging account does that closes: what is not there any more cannot be closed. */
export function closedAfter(account: Account, named: Named, fill: BrokersFill, market: Market): After {
  const held = account.positions.get(keyOf(named));
  if (!held || held.side === fill.side) return { events: [], carried: zero };
  return reduced(account, named, held, { ...fill, volume: smaller(fill.volume, held.volume) }, market);
}

function opened(account: Account, named: Named, fill: BrokersFill, market: Market): AccountEvent {
  const { accountId, currency } = account;
  const { side, volume, price, executionId } = fill;
  const margin = marginIfKnown(account, named, { side, volume, price: decimal(price) }, market);
  const data = { accountId, ...named, executionId, side, volume: text(volume), price };
  return { type: "PositionOpened", data: { ...data, margin: moneyText(margin, currency) } };
}

function increased(account: Account, named: Named, held: OpenPosition, fill: BrokersFill, market: Market): After {
  const { accountId, currency } = account;
  const { side, volume, price, executionId } = fill;
  const total = held.volume.plus(volume);
  const average = averageOf(held, volume, decimal(price));
  const added = { side, volume, price: decimal(price) };
  const margin =
    account.mode === "hedging"
      ? marginIfKnown(account, named, { side, volume: total, price: average }, market)
      : held.margin.plus(marginIfKnown(account, named, added, market));
  const data = { accountId, ...named, executionId, side, volume: text(volume), price, total: text(total) };
  const totals = { averagePrice: text(average), margin: moneyText(margin, currency) };
  return { events: [{ type: "PositionIncreased", data: { ...data, ...totals } }], carried: zero };
}

/** In netting what is more than there is opens the other side. */
function reduced(account: Account, named: Named, held: OpenPosition, fill: BrokersFill, market: Market): After {
  const { accountId, currency } = account;
  const { volume, price, executionId, profit } = fill;
  const left = held.volume.minus(volume);
  const closing = { accountId, ...named, executionId, side: held.side, price, profit: moneyText(profit, currency) };
  if (left.gt(zero)) {
    const margin =
      account.mode === "hedging"
        ? marginIfKnown(account, named, { ...held, volume: left, price: held.averagePrice }, market)
        : held.margin.times(left).div(held.volume);
    const data = { ...closing, volume: text(volume), total: text(left), margin: moneyText(margin, currency) };
    return { events: [{ type: "PositionReduced", data }], carried: profit };
  }
  const margin = marginLeft(account, named, held, market);
  const closed: AccountEvent = { type: "PositionClosed", data: { ...closing, volume: text(held.volume), ...margin } };
  const turned = left.lt(zero) ? [opened(account, named, { ...fill, volume: left.neg() }, market)] : [];
  return { events: [closed, ...turned], carried: profit };
}

/** In hedging: what the other positions of the instrument hold when this one is no more. */
export function marginLeft(
  account: Account,
  named: Named,
  { side, averagePrice: price }: OpenPosition,
  market: Market,
) {
  if (account.mode === "netting") return {};
  const margin = marginIfKnown(account, named, { side, volume: zero, price }, market);
  return { margin: moneyText(margin, account.currency) };
}

/**
 * What a position takes of the account's money, in hedging what all of its instrument take, it being so; where prices are
 * there to tell: evidence waits for none.
 */
export function marginIfKnown(
  account: Account,
  named: Named,
  of: { readonly side: Side; readonly volume: Big; readonly price: Big },
  market: Market,
): Big {
  try {
    const instrument = instrumentOf(market, named.symbol);
    if (account.mode === "hedging") return marginWith(account, instrument, keyOf(named), of, market);
    return marginOf("maintenance", account, instrument, of, market);
  } catch (error) {
    if (error instanceof Refused) return zero;
    throw error;
  }
}
