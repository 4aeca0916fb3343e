/**
 * A quote that measures its own way: its bid is its number, its ask the moment at which it was made (which is more, as
 * an ask must be). Both have always as many digits, so that a reader finds them at the same place in every frame.
 */
const BID_BASE = 1e9;
const ASK_BASE = 1e15;

/** Microseconds of the machine's monotonic clock, which all processes share. */
const now = (): number => Number(process.hrtime.bigint() / 1000n);

export const stamp = (number: number) => ({ bid: BID_BASE + number, ask: ASK_BASE + now() });
export const numberOf = (bid: number): number => bid - BID_BASE;
/** Milliseconds since an ask was made. */
export const ageOf = (ask: number): number => (ASK_BASE + now() - ask) / 1000;
export const BID_DIGITS = 10;
export const ASK_DIGITS = 16;

/** The rounds of a load: in each, every symbol has one tick. */
export const symbols = Array.from({ length: 20 }, (_, index) => `SYM${String(index).padStart(3, "0")}`);
