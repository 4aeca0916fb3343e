import type { Currency, InstrumentSpecification } from "@tradesage/contracts";
import type { Big } from "../calculation/decimal.ts";
import { instrumentOf, type Market, quoteOf } from "../calculation/market.ts";
import { profitOf } from "../calculation/profit.ts";
import { holdingOf, type OpenPosition } from "./account.ts";

/** A position at the newest prices. */
export interface PositionValue {
  readonly instrument: InstrumentSpecification;
  readonly bid: Big;
  readonly ask: Big;
  /** At which it would be closed now. */
  readonly price: Big;
  /** What closing it would earn, in the account's currency and with its digits. */
  readonly profit: Big;
}

/**
 * What closing a position now would earn: who asks what an account is worth, asks this.
 * @throws Refused INSTRUMENT_NOT_FOUND, NO_QUOTE, NO_CONVERSION_RATE
 */
export function positionValue(position: OpenPosition, currency: Currency, market: Market): PositionValue {
  const instrument = instrumentOf(market, position.symbol);
  const { bid, ask } = quoteOf(market, instrument);
  const price = position.side === "buy" ? bid : ask;
  const profit = profitOf(instrument, holdingOf(position, position.volume), price, currency, market);
  return { instrument, bid, ask, price, profit };
}
