import type { Currency } from "@tradesage/contracts";
import createBig, { type Big } from "big.js";

/**
 * Exact decimals. Sums and products are exact; a quotient is cut to 24 digits after the point. A constructor of our own
 * (big.js: "multiple Big number constructors"), so that nobody else's settings reach the arithmetic of money.
 */
const Exact = createBig();
Exact.DP = 24;
Exact.RM = createBig.roundHalfUp;
Exact.NE = -40;
Exact.PE = 40;
Exact.strict = true;

export type { Big };

/** Half a unit rounds away from zero, as MQL5's NormalizeDouble does. */
const { roundHalfUp } = createBig;

/** Decimals after the point that the contract's `Price` carries at most. */
const PRICE_SCALE = 10;

/** Minor units where they are not the usual two (ISO 4217, and what exchanges use for coins). */
const minorUnits: Readonly<Record<string, number>> = { BTC: 8, CLP: 0, ETH: 8, JPY: 0, KRW: 0, VND: 0 };

export const minorUnitsOf = (currency: Currency): number => minorUnits[currency] ?? 2;

export const decimal = (text: string): Big => new Exact(text);
export const isDecimal = (value: unknown): value is Big => value instanceof Exact;
export const zero = decimal("0");
export const hundred = decimal("100");

/** The smallest amount of a currency. */
export const minorUnit = (currency: Currency): Big => decimal("10").pow(-minorUnitsOf(currency));

/** A tick's double as the decimal that the broker quoted, with the instrument's digits. */
export const quoted = (price: number, digits: number): Big => decimal(price.toFixed(digits));

const withoutSignOfZero = (value: Big): Big => (value.eq(zero) ? zero : value);

export const roundMoney = (amount: Big, currency: Currency): Big => amount.round(minorUnitsOf(currency), roundHalfUp);
export const roundAverage = (price: Big): Big => price.round(PRICE_SCALE, roundHalfUp);

/** As the contract writes it: plain digits, none that say nothing. */
export const text = (value: Big): string => withoutSignOfZero(value).toFixed();
/** With the digits of its currency. */
export const moneyText = (amount: Big, currency: Currency): string =>
  withoutSignOfZero(roundMoney(amount, currency)).toFixed(minorUnitsOf(currency));

export const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
export const larger = (a: Big, b: Big): Big => (a.gt(b) ? a : b);
