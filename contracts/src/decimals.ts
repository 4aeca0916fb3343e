import { z } from "zod";

const decimal = z
  .string('a decimal as a string, such as "0.10": JSON numbers lose digits')
  .regex(/^-?(0|[1-9]\d{0,17})(\.\d{1,10})?$/, "a plain decimal of at most 18 digits before and 10 after the point");
const isPositive = (text: string) => /^[^-]*[1-9]/.test(text);
const positive = decimal.refine(isPositive, "must be greater than zero");

/** An exact decimal, as text: `"-12.50"`. Arithmetic on it is done with big.js, never with `number`. */
export const Decimal = decimal.meta({ id: "Decimal", example: "12.50" });
export type Decimal = z.output<typeof Decimal>;

export const NonNegative = decimal.refine((text) => !/^-.*[1-9]/.test(text), "must not be negative");

/** An amount in the currency that its context names; may be negative. */
export const Money = decimal.meta({ id: "Money", example: "1000.00" });
export type Money = z.output<typeof Money>;

export const PositiveMoney = positive.meta({ id: "PositiveMoney", example: "1000.00" });

/** Units of the quote currency for one of the base; greater than zero. */
export const Price = positive.meta({ id: "Price", example: "1.39148" });
export type Price = z.output<typeof Price>;

/** Lots; greater than zero. */
export const Volume = positive.meta({ id: "Volume", example: "0.10" });
export type Volume = z.output<typeof Volume>;
