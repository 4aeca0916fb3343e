import Big from "big.js";

/** The exact sum, with as many digits after the point as the more precise of the two has: `"10.00"`, not `"10"`. */
export const plus = (a: string, b: string): string =>
  Big(a)
    .plus(b)
    .toFixed(Math.max(digits(a), digits(b)));

/** The exact difference, in the same way. */
export const minus = (a: string, b: string): string =>
  Big(a)
    .minus(b)
    .toFixed(Math.max(digits(a), digits(b)));

/** The exact product. */
export const times = (a: string, b: string): string => Big(a).times(b).toFixed();

/** The quotient, rounded half up to the ten digits after the point that a price may have. */
export const over = (a: string, b: string): string => {
  const quotient = Big(a).div(b);
  return quotient.round(10, Big.roundHalfUp).toFixed();
};

export const isZero = (a: string): boolean => Big(a).eq(0);

const digits = (decimal: string) => decimal.split(".")[1]?.length ?? 0;
