// What tests of other packages need to play this service in their own process.
export type { AccountState } from "../account/account.ts";
export { account } from "../account/index.ts";
export { text } from "../calculation/decimal.ts";
export { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
export { createMarkets } from "../markets/markets.ts";
export { createMt5Venue, type Mt5Venue } from "../mt5-venue/mt5-venue.ts";
export { createRiskWatch } from "../reactors/risk-watch.ts";
