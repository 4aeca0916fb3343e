import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import { moneyText, text } from "../calculation/decimal.ts";
import { instrumentOf, type Market, quoteOf } from "../calculation/market.ts";
import { rateOf, timesCharged } from "../calculation/nights.ts";
import { swapOf } from "../calculation/swap.ts";
import { type Account, holdingOf, type OpenPosition } from "./account.ts";
import { nameOf } from "./position-name.ts";
import { heldOf } from "./position-of.ts";

type ChargeSwap = DataOf<AccountCommand, "ChargeSwap">;
export type SwapCharged = Extract<AccountEvent, { type: "SwapCharged" }>;

/** A night is charged once, on what is held by then, at the price that closing it would get; nights come in order. */
export function chargeSwap(account: Account, charge: ChargeSwap, market: Market): AccountEvent[] {
  const { symbol, openedBy, night } = charge;
  const held = heldOf(account, charge);
  // Another one by now: it was not held through that night.
  if (held?.openedBy !== openedBy) return refuse("POSITION_NOT_FOUND", undefined, { symbol, openedBy });
  if (held.chargedThrough !== undefined && night <= held.chargedThrough) return [];
  return [swapCharged(account, held, charge, market)];
}

/** @throws Refused INSTRUMENT_NOT_FOUND, NO_QUOTE, NO_CONVERSION_RATE */
export function swapCharged(
  { accountId, currency }: Account,
  held: OpenPosition,
  { night, at, rollover }: Pick<ChargeSwap, "night" | "at" | "rollover">,
  market: Market,
): SwapCharged {
  const instrument = instrumentOf(market, held.symbol);
  const { bid, ask, timeMsc } = quoteOf(market, instrument);
  const { side, volume } = held;
  const nights = timesCharged(instrument, night);
  const amount = swapOf(instrument, holdingOf(held, volume), side === "buy" ? bid : ask, nights, currency, market);
  const charged = { accountId, ...nameOf(held), volume: text(volume), night, nights };
  const swap = { swapMode: instrument.swapMode, swap: rateOf(instrument, side) };
  const quote = { bid: bid.toFixed(instrument.digits), ask: ask.toFixed(instrument.digits), timeMsc };
  const decidedBy = { at, ...(rollover && { rollover }), ...swap, quote };
  return { type: "SwapCharged", data: { ...charged, amount: moneyText(amount, currency), currency, decidedBy } };
}
