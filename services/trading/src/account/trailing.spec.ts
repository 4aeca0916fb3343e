import type { AccountCommand, AccountEvent, DataOf } from "@tradesage/contracts";
import { specify } from "@tradesage/decider/specify";
import { describe, test } from "vitest";
import { eurusd, marketOf } from "../calculation/market-of.fixture.ts";
import { accountId, funded } from "./account.fixture.ts";
import { account } from "./index.ts";

const given = specify(account);
const [orderId, symbol] = ["o1", "EURUSD"];
const market = marketOf([eurusd, 1.39148, 1.39151]);
const at = (bid: string, ask: string) => ({ bid, ask, timeMsc: market.at });

const long: AccountEvent = {
  type: "PositionOpened",
  data: { accountId, symbol, side: "buy", executionId: "x0", volume: "1", price: "1.39000", margin: "1390.00" },
};
const trailing = { distance: "0.00200", step: "0.00020" };
const place = (order: Partial<DataOf<AccountCommand, "PlaceOrder">>): AccountCommand => ({
  type: "PlaceOrder",
  data: {
    ...{ accountId, orderId, symbol, side: "sell", volume: "1", kind: "trailing_stop" },
    ...{ trailing: { distance: "0.00200" }, timeInForce: "gtc", reduceOnly: false, ...order },
  },
});
const placed = (order: Partial<DataOf<AccountEvent, "OrderPlaced">> = {}): AccountEvent => ({
  type: "OrderPlaced",
  data: {
    ...{ accountId, orderId, symbol, side: "sell", volume: "1", kind: "trailing_stop" },
    ...{ stopPrice: "1.38948", trailing, margin: "1389.48", ...order },
  },
});
const modify = (change: Partial<DataOf<AccountCommand, "ModifyOrder">>): AccountCommand => ({
  type: "ModifyOrder",
  data: { accountId, orderId, ...change },
});

describe("a trailing stop order", () => {
  test("begins at its distance from the market, and trails by a tenth of it unless told otherwise", () => {
    given(...funded)
      .when(place({}), market)
      .thenEmits(placed());
    given(...funded)
      .when(place({ side: "buy", trailing: { distance: "0.00005" } }), market)
      .thenEmits(
        placed({
          ...{ side: "buy", stopPrice: "1.39156", margin: "1391.56" },
          trailing: { distance: "0.00005", step: "0.00001" },
        }),
      );
    given(...funded)
      .when(place({ trailing: { distance: "0.002001" } }), market)
      .thenRefuses("PRICE_OFF_TICK");
    given(...funded)
      .when(place({ trailing: { distance: "0.00200", step: "0.000001" } }), market)
      .thenRefuses("PRICE_OFF_TICK");
  });

  const trail = (from: string, quote: ReturnType<typeof at>): AccountCommand => ({
    type: "TrailOrder",
    data: { accountId, orderId, from, quote },
  });
  test("follows the market where its venue saw it move on, one way only", () => {
    const quote = at("1.39200", "1.39203");
    given(...funded, placed())
      .when(trail("1.38948", quote), market)
      .thenEmits({ type: "OrderTrailed", data: { accountId, orderId, stopPrice: "1.39000", quote } });
    given(...funded, placed())
      .when(trail("1.38948", at("1.39100", "1.39103")), market)
      .thenEmits();
  });
  test("stays where its owner has put it, whatever its venue saw before", () => {
    const quote = at("1.39200", "1.39203");
    given(...funded, placed())
      .when(modify({ trailing: { distance: "0.00300" } }), market)
      .thenEmits({
        type: "OrderModified",
        data: {
          ...{ accountId, orderId, volume: "1", remaining: "1", stopPrice: "1.38848", margin: "1388.48" },
          trailing: { distance: "0.00300", step: "0.00030" },
        },
      });
    given(...funded, placed({ stopPrice: "1.38848" }))
      .when(trail("1.38948", quote), market)
      .thenEmits();
  });
  test("keeps what it has come to when its volume is changed, and takes no stop price", () => {
    given(...funded, placed())
      .when(modify({ volume: "2" }), market)
      .thenEmits({
        type: "OrderModified",
        data: {
          ...{ accountId, orderId, volume: "2", remaining: "2", stopPrice: "1.38948", margin: "2778.96" },
          trailing,
        },
      });
    given(...funded, placed())
      .when(modify({ stopPrice: "1.38000" }), market)
      .thenRefuses("INVALID_INPUT");
    const stop = { kind: "stop", stopPrice: "1.38948", trailing: undefined } as const;
    given(...funded, placed(stop))
      .when(modify({ trailing: { distance: "0.00300" } }), market)
      .thenRefuses("INVALID_INPUT");
  });
});

describe("a trailing stop of a position", () => {
  const protect = (stops: Partial<DataOf<AccountCommand, "ProtectPosition">>): AccountCommand => ({
    type: "ProtectPosition",
    data: { accountId, symbol, ...stops },
  });
  const protectedBy = (stops: Partial<DataOf<AccountEvent, "PositionProtected">>): AccountEvent => ({
    type: "PositionProtected",
    data: { accountId, symbol, side: "buy", ...stops },
  });
  const set = protectedBy({ stopLoss: "1.38948", trailingStop: trailing });

  test("begins at its distance from the price that closes the position", () =>
    given(...funded, long)
      .when(protect({ trailingStop: { distance: "0.00200" } }), market)
      .thenEmits(set));
  test("that is set again in the same way stays where it has come to", () => {
    const further = protectedBy({ stopLoss: "1.39100", trailingStop: trailing, quote: at("1.39300", "1.39303") });
    given(...funded, long, set, further)
      .when(protect({ trailingStop: { distance: "0.00200" } }), market)
      .thenEmits();
    given(...funded, long, set, further)
      .when(protect({ trailingStop: { distance: "0.00200" }, takeProfit: "1.40000" }), market)
      .thenEmits(protectedBy({ stopLoss: "1.39100", takeProfit: "1.40000", trailingStop: trailing }));
  });
  test("comes with the order that opens the position, at its distance from the quote of the fill", () => {
    const quote = at("1.39500", "1.39503");
    given(...funded, placed({ side: "buy", kind: "market", trailingStop: trailing }))
      .when(
        {
          type: "RecordExecution",
          data: { accountId, orderId, executionId: "x1", volume: "1", price: "1.39503", quote },
        },
        market,
      )
      .thenEmits(
        {
          type: "OrderFilled",
          data: {
            ...{ accountId, orderId, symbol, side: "buy", volume: "1", executionId: "x1", price: "1.39503" },
            ...{ remaining: "0", quote },
          },
        },
        {
          type: "PositionOpened",
          data: { accountId, symbol, side: "buy", executionId: "x1", volume: "1", price: "1.39503", margin: "1395.03" },
        },
        protectedBy({ stopLoss: "1.39300", trailingStop: trailing }),
      );
  });
  test("follows the market where its venue saw it move on, and says by which quote", () => {
    const quote = at("1.39300", "1.39303");
    const trail = (from: string): AccountCommand => ({ type: "TrailStop", data: { accountId, symbol, from, quote } });
    given(...funded, long, set)
      .when(trail("1.38948"), market)
      .thenEmits(protectedBy({ stopLoss: "1.39100", trailingStop: trailing, quote }));
    given(...funded, long, set)
      .when(trail("1.38900"), market)
      .thenEmits();
    given(...funded)
      .when(trail("1.38948"), market)
      .thenEmits();
  });
  test("that was reached closes the position where it had trailed to, though its account learns it only now", () => {
    const [high, low] = [at("1.39300", "1.39303"), at("1.39100", "1.39103")];
    const trigger = (trailed?: { from: string; quote: typeof high }): AccountCommand => ({
      type: "TriggerStop",
      data: { accountId, orderId, symbol, stop: "stop_loss", quote: low, ...(trailed && { trailed }) },
    });
    given(...funded, long, set)
      .when(trigger({ from: "1.38948", quote: high }), market)
      .thenEmits(protectedBy({ stopLoss: "1.39100", trailingStop: trailing, quote: high }), {
        type: "OrderPlaced",
        data: {
          ...{ accountId, orderId, symbol, side: "sell", volume: "1", kind: "market" },
          ...{ stop: "stop_loss", reduceOnly: true, margin: "0.00" },
        },
      });
    given(...funded, long, set)
      .when(trigger(), market)
      .thenEmits();
  });
});
