import { type LiveState, Refused } from "@tradesage/contracts";
import type { Account, OpenPosition } from "../account/account.ts";
import { fundsWith, usedBy } from "../account/funds.ts";
import { keyOf } from "../account/position-name.ts";
import { type PositionValue, positionValue } from "../account/position-value.ts";
import { type Big, moneyText, text, zero } from "../calculation/decimal.ts";
import type { Market, MarketQuote } from "../calculation/market.ts";
import { recorded } from "../calculation/recorded-market.ts";
import { levelOf } from "../risk/margin-levels.ts";

/** When an account is valued, and from when on a quote is stale: milliseconds. */
export interface Clock {
  readonly at: number;
  readonly maxQuoteAgeMs: number;
}

/** An account's state with the quotes that it hangs on; undefined are those that were looked for and not there. */
export interface Valued {
  readonly state: LiveState;
  readonly asked: ReadonlyMap<string, MarketQuote | undefined>;
}

type Unvalued = NonNullable<LiveState["positions"][number]["unvalued"]>;

/** Whether a quote is too old to say what something is worth now: as old as one that fills no order. */
export const isStale = ({ receivedAt }: MarketQuote, { at, maxQuoteAgeMs }: Clock): boolean =>
  receivedAt === undefined || at - receivedAt > maxQuoteAgeMs;

/** What an account is worth, by the same reckoning that its risk is watched with. */
export function liveStateOf(account: Account, market: Market, clock: Clock): Valued {
  const { accountId, currency, balance, credit, reserved, positions } = account;
  const money = (amount: Big) => moneyText(amount, currency);
  const seen = recorded(market);
  let floating: Big | undefined = zero;
  const told = [...positions.values()].map((position) => {
    const value = valueOrWhyNot(position, account, seen);
    if (typeof value === "string") {
      floating = undefined;
      return { ...named(position), unvalued: value };
    }
    floating = floating?.plus(value.profit);
    return { ...named(position), price: text(value.price), profit: money(value.profit) };
  });
  const quotes = [...seen.asked].flatMap(([symbol, quote]) => {
    const digits = market.instrument(symbol)?.digits;
    if (!quote || digits === undefined) return [];
    const { bid, ask, timeMsc } = quote;
    return [{ symbol, bid: bid.toFixed(digits), ask: ask.toFixed(digits), timeMsc, isStale: isStale(quote, clock) }];
  });
  const aged = quotes.some((quote) => quote.isStale) ? "stale" : "live";
  const state: LiveState = {
    ...{ accountId, currency, at: new Date(clock.at).toISOString() },
    valuation: floating ? aged : "incomplete",
    ...{ balance: money(balance), credit: money(credit), margin: money(usedBy(account)), reserved: money(reserved) },
    ...(floating && worth(account, floating)),
    ...{ positions: told, quotes },
  };
  return { state, asked: seen.asked };
}

function worth(account: Account, floating: Big) {
  const { equity, used, free } = fundsWith(account, floating);
  const money = (amount: Big) => moneyText(amount, account.currency);
  const level = levelOf(equity, used);
  const told = { floating: money(floating), equity: money(equity), freeMargin: money(free) };
  return { ...told, ...(level && { marginLevel: text(level) }) };
}

const named = (position: OpenPosition) => ({
  positionId: keyOf(position),
  symbol: position.symbol,
  side: position.side,
  volume: text(position.volume),
  averagePrice: text(position.averagePrice),
});

function valueOrWhyNot(position: OpenPosition, { currency }: Account, market: Market): PositionValue | Unvalued {
  try {
    return positionValue(position, currency, market);
  } catch (error) {
    if (error instanceof Refused) return error.code as Unvalued;
    throw error;
  }
}
