/** What an answer of the trade server means for whoever asked. */
type Meaning =
  /** Carried out, or in part; what came of it is told by deals and orders. */
  | "done"
  /** The broker holds the order, and nothing more: it may be filled, or rejected yet. */
  | "placed"
  /** It may have been carried out or not. */
  | "doubt"
  /** It was not carried out. */
  | "rejected";

interface ReturnCode {
  readonly name: string;
  readonly meaning: Meaning;
  readonly title: string;
}

/**
 * The closed table of MQL5's trade server return codes (`TRADE_RETCODE_…`), by number. Source:
 * https://www.mql5.com/en/docs/constants/errorswarnings/enum_trade_return_codes
 */
export const returnCodes: Readonly<Record<number, ReturnCode>> = {
  10004: { name: "REQUOTE", meaning: "doubt", title: "Requote" },
  10006: { name: "REJECT", meaning: "rejected", title: "Request rejected" },
  10007: { name: "CANCEL", meaning: "rejected", title: "Request canceled by trader" },
  10008: { name: "PLACED", meaning: "placed", title: "Order placed" },
  10009: { name: "DONE", meaning: "done", title: "Request completed" },
  10010: { name: "DONE_PARTIAL", meaning: "done", title: "Only part of the request was completed" },
  10011: { name: "ERROR", meaning: "doubt", title: "Request processing error" },
  10012: { name: "TIMEOUT", meaning: "doubt", title: "Request canceled by timeout" },
  10013: { name: "INVALID", meaning: "rejected", title: "Invalid request" },
  10014: { name: "INVALID_VOLUME", meaning: "rejected", title: "Invalid volume in the request" },
  10015: { name: "INVALID_PRICE", meaning: "rejected", title: "Invalid price in the request" },
  10016: { name: "INVALID_STOPS", meaning: "rejected", title: "Invalid stops in the request" },
  10017: { name: "TRADE_DISABLED", meaning: "rejected", title: "Trade is disabled" },
  10018: { name: "MARKET_CLOSED", meaning: "rejected", title: "Market is closed" },
  10019: { name: "NO_MONEY", meaning: "rejected", title: "There is not enough money to complete the request" },
  10020: { name: "PRICE_CHANGED", meaning: "rejected", title: "Prices changed" },
  10021: { name: "PRICE_OFF", meaning: "rejected", title: "There are no quotes to process the request" },
  10022: { name: "INVALID_EXPIRATION", meaning: "rejected", title: "Invalid order expiration date in the request" },
  10023: { name: "ORDER_CHANGED", meaning: "rejected", title: "Order state changed" },
  10024: { name: "TOO_MANY_REQUESTS", meaning: "rejected", title: "Too frequent requests" },
  10025: { name: "NO_CHANGES", meaning: "done", title: "No changes in request" },
  10026: { name: "SERVER_DISABLES_AT", meaning: "rejected", title: "Autotrading disabled by server" },
  10027: { name: "CLIENT_DISABLES_AT", meaning: "rejected", title: "Autotrading disabled by client terminal" },
  10028: { name: "LOCKED", meaning: "doubt", title: "Request locked for processing" },
  10029: { name: "FROZEN", meaning: "rejected", title: "Order or position frozen" },
  10030: { name: "INVALID_FILL", meaning: "rejected", title: "Invalid order filling type" },
  10031: { name: "CONNECTION", meaning: "doubt", title: "No connection with the trade server" },
  10032: { name: "ONLY_REAL", meaning: "rejected", title: "Operation is allowed only for live accounts" },
  10033: { name: "LIMIT_ORDERS", meaning: "rejected", title: "The number of pending orders has reached the limit" },
  10034: {
    name: "LIMIT_VOLUME",
    meaning: "rejected",
    title: "The volume of orders and positions for the symbol has reached the limit",
  },
  10035: { name: "INVALID_ORDER", meaning: "rejected", title: "Incorrect or prohibited order type" },
  10036: { name: "POSITION_CLOSED", meaning: "rejected", title: "Position with the specified identifier is closed" },
  10038: {
    name: "INVALID_CLOSE_VOLUME",
    meaning: "rejected",
    title: "A close volume exceeds the current position volume",
  },
  10039: { name: "CLOSE_ORDER_EXIST", meaning: "rejected", title: "A close order already exists for the position" },
  10040: { name: "LIMIT_POSITIONS", meaning: "rejected", title: "The number of open positions has reached the limit" },
  10041: { name: "REJECT_CANCEL", meaning: "rejected", title: "The pending order activation request is rejected" },
  10042: { name: "LONG_ONLY", meaning: "rejected", title: "Only long positions are allowed" },
  10043: { name: "SHORT_ONLY", meaning: "rejected", title: "Only short positions are allowed" },
  10044: { name: "CLOSE_ONLY", meaning: "rejected", title: "Only position closing is allowed" },
  10045: { name: "FIFO_CLOSE", meaning: "rejected", title: "Position closing is allowed only by FIFO rule" },
  10046: {
    name: "HEDGE_PROHIBITED",
    meaning: "rejected",
    title: "Opposite positions on a single symbol are disabled",
  },
};

/** What a return code says. One that the table does not know is a doubt: nobody can tell what became of the request. */
export const returnCodeOf = (retcode: number): ReturnCode =>
  returnCodes[retcode] ?? { name: `RETCODE_${retcode}`, meaning: "doubt", title: "Unknown return code" };
