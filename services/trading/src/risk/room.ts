import type { InstrumentSymbol } from "@tradesage/contracts";
import { type Account, holdingOf, type OpenPosition } from "../account/account.ts";
import { type Big, decimal, hundred, text } from "../calculation/decimal.ts";
import type { Market } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";
import { recorded } from "../calculation/recorded-market.ts";
import { floorOf, nextStep } from "./loss-rules.ts";
import { type Standing, standingOf } from "./standing.ts";

/** Prices between which nothing can follow from an account's rules. */
export interface Calm {
  readonly above: number;
  readonly below: number;
}

/** The same of both prices of an instrument: what was bought is closed at the bid, what was sold at the ask. */
export interface CalmQuotes {
  readonly bid: Calm;
  readonly ask: Calm;
}

const double = (value: Big) => Number(text(value));
const anywhere: Calm = { above: Number.NEGATIVE_INFINITY, below: Number.POSITIVE_INFINITY };
const nowhere: Calm = { above: Number.POSITIVE_INFINITY, below: Number.NEGATIVE_INFINITY };
/** Whatever the quotes are, something may follow. */
export const neverCalm: CalmQuotes = { bid: nowhere, ask: nowhere };
const within = (one: Calm, other: Calm): Calm => ({
  above: Math.max(one.above, other.above),
  below: Math.min(one.below, other.below),
});

export const isWithin = ({ bid, ask }: CalmQuotes, quote: { readonly bid: number; readonly ask: number }): boolean =>
  quote.bid > bid.above && quote.bid < bid.below && quote.ask > ask.above && quote.ask < ask.below;

/** Of the room to the nearest threshold, for the prices of positions; the rest is for rates of conversion. */
const SHARE = 0.9;

/**
 * For each instrument that the account's equity hangs on, the quotes between which nothing can follow from its rules, as
 * long as the others stay within theirs: each position and each rate of conversion may use its part of the room that the
 * equity has to the nearest threshold. Doubles: they say only when to look again, exactly.
 * @throws Refused where a position cannot be valued
 */
export function calmOf(account: Account, market: Market): ReadonlyMap<InstrumentSymbol, CalmQuotes> {
  const { currency, positions } = account;
  const standing = standingOf(account, market);
  const { down, up } = roomOf(account, standing);
  const calm = new Map<InstrumentSymbol, CalmQuotes>();
  const narrow = (symbol: InstrumentSymbol, { bid = anywhere, ask = anywhere }: Partial<CalmQuotes>) => {
    const known = calm.get(symbol) ?? { bid: anywhere, ask: anywhere };
    calm.set(symbol, { bid: within(known.bid, bid), ask: within(known.ask, ask) });
  };
  /** What is converted at a rate. */
  const converted = new Map<InstrumentSymbol, number>();

  for (const [key, { instrument, price, profit }] of standing.values) {
    const position = positions.get(key) as OpenPosition;
    const further = price.times(decimal("1.01"));
    const seen = recorded(market);
    const gained = profitOf(instrument, holdingOf(position, position.volume), further, currency, seen);
    for (const [symbol, quote] of seen.asked) {
      if (quote) converted.set(symbol, (converted.get(symbol) ?? 0) + Math.abs(double(profit)));
      // Once it has one, it may be what is converted at.
      else narrow(symbol, neverCalm);
    }
    const perPrice = (double(gained) - double(profit)) / double(further.minus(price));
    narrow(position.symbol, {});
    if (perPrice === 0) continue;
    const share = SHARE / positions.size / Math.abs(perPrice);
    const [losing, gaining] = [down * share, up * share];
    const now = double(price);
    const isLong = perPrice > 0;
    const range = { above: now - (isLong ? losing : gaining), below: now + (isLong ? gaining : losing) };
    narrow(position.symbol, position.side === "buy" ? { bid: range } : { ask: range });
  }

  const room = Math.min(down, up);
  for (const [symbol, amount] of converted) {
    const quote = market.quote(symbol);
    if (!quote || room === Number.POSITIVE_INFINITY) continue;
    // By then it may be as much more as there is room.
    const share = ((1 - SHARE) * room) / converted.size / (amount + room || 1);
    const around = (rate: number): Calm => ({ above: rate * (1 - share), below: rate * (1 + share) });
    narrow(symbol, { bid: around(quote.bid), ask: around(quote.ask) });
  }
  return calm;
}

/** How much the equity may fall and rise before something follows. */
function roomOf({ risk, currency }: Account, { funds }: Standing): { readonly down: number; readonly up: number } {
  const { rules, breached, isMarginCalled } = risk;
  const equity = double(funds.equity);
  let down = Number.POSITIVE_INFINITY;
  let up = Number.POSITIVE_INFINITY;
  for (const rule of rules?.losses ?? []) {
    if (!breached.has(rule.id)) down = Math.min(down, equity - double(floorOf(risk, rule, currency)));
    if (rule.trailing && !rule.daily) up = Math.min(up, double(nextStep(risk, rule, currency)) - equity);
  }
  const { call, stopOut } = rules?.margin ?? {};
  const equityAt = (level: string) => double(funds.used.times(decimal(level)).div(hundred));
  if (stopOut !== undefined) down = Math.min(down, equity - equityAt(stopOut));
  if (call !== undefined && isMarginCalled) up = Math.min(up, equityAt(call) - equity);
  if (call !== undefined && !isMarginCalled) down = Math.min(down, equity - equityAt(call));
  return { down: Math.max(0, down), up: Math.max(0, up) };
}
