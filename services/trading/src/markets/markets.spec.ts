import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { eurusd, gbpusd, index } from "../calculation/market-of.fixture.ts";
import { createMarkets } from "./markets.ts";

describe("a market", () => {
  test("is the tenant's own", () => {
    const markets = createMarkets();
    markets.of("acme").define(eurusd);
    markets.of("acme").update("EURUSD", { bid: 1.1, ask: 1.2, timeMsc: 1, receivedAt: 1 });
    assert.equal(markets.of("zeta").instrument("EURUSD"), undefined);
    assert.equal(markets.of("zeta").quote("EURUSD"), undefined);
    assert.deepEqual(markets.of("zeta").pairsOf("EUR"), []);
  });
  test("knows an instrument as it was defined last", () => {
    const market = createMarkets().of("acme");
    market.define(eurusd);
    market.define({ ...eurusd, volumeMax: "5" });
    assert.equal(market.instrument("EURUSD")?.volumeMax, "5");
    assert.equal(market.pairsOf("EUR").length, 1);
  });
  test("converts over currency pairs, and not over what is priced in its own currency", () => {
    const market = createMarkets().of("acme");
    for (const instrument of [index, gbpusd, eurusd]) market.define(instrument);
    assert.deepEqual(
      market.pairsOf("USD").map(({ symbol }) => symbol),
      ["EURUSD", "GBPUSD"],
    );
  });
});
