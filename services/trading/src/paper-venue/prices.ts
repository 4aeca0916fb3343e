/**
 * A tick's double as the double nearest to the price that the broker quoted, so that a limit of "1.39148" is reached by
 * a tick that came as 1.3914800000000001. Exact while price · 10^digits is below 2^53: a whole number divided by a power
 * of ten is correctly rounded (IEEE 754 §4.3).
 */
export function normalised(price: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(price * scale) / scale;
}
