export { account } from "./account/index.ts";
export { createMarkets } from "./markets/markets.ts";
export { hearTicks, type TickListener } from "./markets/ticks.ts";
export { createPaperVenue } from "./paper-venue/paper-venue.ts";
export { type PastEvent, type Replay, replay } from "./replay/replay.ts";
