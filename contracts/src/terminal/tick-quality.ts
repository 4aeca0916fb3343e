/** Why a tick is doubted: bits of its `quality`, set by the bridge. A doubted tick is kept and shown, never hidden. */
export const TickQuality = {
  /** The ask is below the bid. */
  crossed: 1,
  /** A live tick that came long after its time. */
  stale: 2,
  /** Its time is before that of the tick before it. */
  out_of_order: 4,
  /** Its price is far from the last good one's, and the next tick has not borne it out yet. */
  spike: 8,
  /** A price or the volume is NaN or infinite. */
  not_a_number: 16,
  /** The bid or the ask is 0: there is no quote on that side. */
  zero_price: 32,
  /** A live tick whose time has not come yet. */
  ahead: 64,
} as const;
export type TickDoubt = keyof typeof TickQuality;

/** The bits that make a tick's bid and ask no prices at all: nothing may be filled or valued at them. */
export const UNUSABLE_PRICE = TickQuality.crossed | TickQuality.not_a_number | TickQuality.zero_price;

/** The names of the bits that are set. */
export const doubtsOf = (quality: number): TickDoubt[] =>
  (Object.keys(TickQuality) as TickDoubt[]).filter((doubt) => (quality & TickQuality[doubt]) !== 0);
