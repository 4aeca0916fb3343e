import createBig from "big.js";
import type { Big } from "./decimal.ts";

const { roundDown, roundHalfUp } = createBig;

/** The price that can be quoted which is nearest (SYMBOL_TRADE_TICK_SIZE); one in the middle goes up. */
export const toTick = (price: Big, tickSize: Big): Big => price.div(tickSize).round(0, roundHalfUp).times(tickSize);

/** The largest volume that can be traded which is no larger: never up (SYMBOL_VOLUME_STEP). */
export const toStep = (volume: Big, step: Big): Big => volume.div(step).round(0, roundDown).times(step);
