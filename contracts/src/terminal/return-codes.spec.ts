import { expect, test } from "vitest";
import { returnCodeOf, returnCodes } from "./return-codes.ts";

/** As MQL5's documentation has them: 10005 and 10037 are none. */
const documented = {
  ...{ 10004: "REQUOTE", 10006: "REJECT", 10007: "CANCEL", 10008: "PLACED", 10009: "DONE", 10010: "DONE_PARTIAL" },
  ...{ 10011: "ERROR", 10012: "TIMEOUT", 10013: "INVALID", 10014: "INVALID_VOLUME", 10015: "INVALID_PRICE" },
  ...{ 10016: "INVALID_STOPS", 10017: "TRADE_DISABLED", 10018: "MARKET_CLOSED", 10019: "NO_MONEY" },
  ...{ 10020: "PRICE_CHANGED", 10021: "PRICE_OFF", 10022: "INVALID_EXPIRATION", 10023: "ORDER_CHANGED" },
  ...{ 10024: "TOO_MANY_REQUESTS", 10025: "NO_CHANGES", 10026: "SERVER_DISABLES_AT", 10027: "CLIENT_DISABLES_AT" },
  ...{ 10028: "LOCKED", 10029: "FROZEN", 10030: "INVALID_FILL", 10031: "CONNECTION", 10032: "ONLY_REAL" },
  ...{ 10033: "LIMIT_ORDERS", 10034: "LIMIT_VOLUME", 10035: "INVALID_ORDER", 10036: "POSITION_CLOSED" },
  ...{ 10038: "INVALID_CLOSE_VOLUME", 10039: "CLOSE_ORDER_EXIST", 10040: "LIMIT_POSITIONS", 10041: "REJECT_CANCEL" },
  ...{ 10042: "LONG_ONLY", 10043: "SHORT_ONLY", 10044: "CLOSE_ONLY", 10045: "FIFO_CLOSE", 10046: "HEDGE_PROHIBITED" },
};

test("the table has every return code that MQL5 documents, and no other", () => {
  const names = Object.entries(returnCodes).map(([retcode, { name }]) => [retcode, name]);
  expect(Object.fromEntries(names)).toEqual(documented);
});

test("a code that the table does not know is a doubt", () => {
  expect(returnCodeOf(10_999)).toMatchObject({ name: "RETCODE_10999", meaning: "doubt" });
});
