import {
  type InstrumentSpecification,
  type InstrumentSymbol,
  refuse,
  type Side,
  type TimeInForce,
} from "@tradesage/contracts";
import { type Big, decimal, text, zero } from "../calculation/decimal.ts";
import { sessionOpen } from "../instrument/session-open.ts";
import type { Account } from "./account.ts";

interface Asked {
  readonly side: Side;
  readonly volume: Big;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
}

/**
 * An order is one that its instrument takes at this moment: in a session, of this side, for so long, of no more than one
 * side may hold. @throws Refused SESSION_CLOSED, TRADE_MODE_FORBIDS, TIME_IN_FORCE_FORBIDDEN, VOLUME_LIMIT_EXCEEDED
 */
export function tradable(account: Account, asked: Asked, instrument: InstrumentSpecification, at: number): void {
  const { symbol } = instrument;
  if (!sessionOpen(instrument, at)) refuse("SESSION_CLOSED", undefined, { symbol, at: new Date(at).toISOString() });
  if (!isTaken(asked, instrument)) {
    const { tradeMode, calculationMode } = instrument;
    refuse("TRADE_MODE_FORBIDS", undefined, { symbol, side: asked.side, tradeMode, calculationMode });
  }
  if (!lives(asked.timeInForce, instrument)) {
    const { expirationModes, fillingModes } = instrument;
    const { timeInForce } = asked;
    refuse("TIME_IN_FORCE_FORBIDDEN", undefined, { symbol, timeInForce, expirationModes, fillingModes });
  }
  if (instrument.volumeLimit !== undefined && !asked.reduceOnly) {
    within(instrument.volumeLimit, account, asked, symbol);
  }
}

/** ENUM_SYMBOL_TRADE_MODE. What may be closed only must be said to be: an order that could open nothing. */
function isTaken({ side, reduceOnly }: Asked, { tradeMode, calculationMode }: InstrumentSpecification): boolean {
  if (tradeMode === "disabled") return false;
  if (reduceOnly) return true;
  if (calculationMode === "none") return false;
  return tradeMode === "full" || tradeMode === (side === "buy" ? "long_only" : "short_only");
}

/** SYMBOL_EXPIRATION_MODE and, for what is filled now or never, SYMBOL_FILLING_MODE. */
function lives(timeInForce: TimeInForce, { expirationModes, fillingModes }: InstrumentSpecification): boolean {
  if (timeInForce === "ioc" || timeInForce === "fok") return fillingModes.includes(timeInForce);
  return expirationModes.includes(timeInForce);
}

/** SYMBOL_VOLUME_LIMIT: "the maximum allowed aggregate volume of an open position and pending orders in one direction". */
function within(
  volumeLimit: string,
  { positions, orders }: Account,
  { side, volume }: Asked,
  symbol: InstrumentSymbol,
): void {
  const held = positions
    .filter((position) => position.symbol === symbol && position.side === side)
    .reduce((sum, position) => sum.plus(position.volume), zero);
  const ordered = orders.filter((order) => order.symbol === symbol && order.side === side && !order.reduceOnly);
  const all = ordered.reduce((sum, { remaining }) => sum.plus(remaining), held);
  if (all.plus(volume).lte(decimal(volumeLimit))) return;
  refuse("VOLUME_LIMIT_EXCEEDED", undefined, { symbol, side, volume: text(volume), held: text(all), volumeLimit });
}
