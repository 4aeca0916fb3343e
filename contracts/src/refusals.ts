import type { JsonObject } from "./json.ts";

/**
 * The closed table of reasons for which a request is refused: one code, one HTTP status, one title (RFC 9457 `title`).
 * The same codes travel on the bus and on the socket.
 */
export const refusals = {
  // The request itself
  MALFORMED_JSON: { status: 400, title: "The body is not valid JSON" },
  MALFORMED_FRAME: { status: 400, title: "The binary frame is not what it should be" },
  INVALID_INPUT: { status: 422, title: "The request has missing, wrong or unknown fields" },
  INVALID_IDEMPOTENCY_KEY: { status: 400, title: "The Idempotency-Key is not 1 to 128 visible ASCII characters" },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: "This Idempotency-Key was used for another request" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  BODY_TOO_SLOW: { status: 408, title: "The body did not arrive in time" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The body must be application/json" },
  ROUTE_NOT_FOUND: { status: 404, title: "There is no such route" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The route does not take this method" },
  UNAUTHENTICATED: { status: 401, title: "A valid token is needed" },
  FORBIDDEN: { status: 403, title: "The token does not allow this" },
  RATE_LIMITED: { status: 429, title: "Too many requests" },
  // The machine
  UNAVAILABLE: { status: 503, title: "A part that this needs is not available; nothing was changed" },
  DEADLINE_EXCEEDED: {
    status: 504,
    title: "No answer in time; repeat with the same Idempotency-Key to learn the outcome",
  },
  STATE_BEING_REBUILT: {
    status: 503,
    title: "The state that this is decided on is being made of its events; nothing was changed",
  },
  READ_MODEL_BEHIND: { status: 503, title: "The read model has not reached the asked position yet" },
  INTERNAL: { status: 500, title: "Something failed here" },
  ANSWER_TOO_LARGE: { status: 422, title: "The answer would be too large: ask for a part of it" },
  HISTORY_TOO_LONG: { status: 422, title: "There are more events than one request may go through" },
  // The socket
  SUBSCRIPTION_EXISTS: { status: 409, title: "A subscription of this id stands already" },
  SUBSCRIPTION_NOT_FOUND: { status: 404, title: "There is no such subscription" },
  TOO_MANY_SUBSCRIPTIONS: { status: 429, title: "The connection has as many subscriptions as it may" },
  CLIENT_TOO_SLOW: { status: 408, title: "The client does not read what is sent" },
  // Tenants
  TENANT_EXISTS: { status: 409, title: "The tenant exists already" },
  TENANT_NOT_FOUND: { status: 404, title: "There is no such tenant" },
  TERMINAL_KEY_EXISTS: { status: 409, title: "The tenant has, or had, another terminal key of this name" },
  TERMINAL_KEY_NOT_FOUND: { status: 404, title: "The tenant has no such terminal key" },
  TENANT_NOT_ACTIVE: { status: 409, title: "The tenant is not active" },
  DELETION_REQUESTED: { status: 409, title: "The tenant is to be deleted; cancel that first" },
  DELETION_BEGUN: { status: 409, title: "The tenant is being deleted and cannot be kept any more" },
  TEMPLATE_TOO_NARROW: { status: 409, title: "The template lacks what the tenant has already" },
  NOT_IN_TEMPLATE: { status: 409, title: "The tenant's template does not include this" },
  BACKUP_EXISTS: { status: 409, title: "A backup with this id exists already" },
  BACKUP_RUNNING: { status: 409, title: "A backup of the tenant is under way" },
  TENANT_HELD: { status: 503, title: "The tenant was restored, and is held until it is released" },
  TENANT_NOT_HELD: { status: 409, title: "The tenant is not held" },
  RESTORE_RUNNING: { status: 409, title: "A restore of the tenant is not done" },
  BACKUP_NOT_FOUND: { status: 404, title: "There is no such backup" },
  // Instruments and prices
  INSTRUMENT_NOT_FOUND: { status: 404, title: "There is no such instrument" },
  NO_QUOTE: { status: 409, title: "There is no quote for the instrument yet" },
  NO_CONVERSION_RATE: { status: 409, title: "No quotes connect the two currencies" },
  PRICE_OFF_TICK: { status: 422, title: "The price is not a multiple of the tick size" },
  VOLUME_OUT_OF_RANGE: { status: 422, title: "The volume is outside the instrument's limits" },
  VOLUME_OFF_STEP: { status: 422, title: "The volume is not a multiple of the instrument's step" },
  VOLUME_LIMIT_EXCEEDED: { status: 422, title: "One side of the instrument may not hold as much" },
  SESSION_CLOSED: { status: 409, title: "The instrument is not traded at this time" },
  TRADE_MODE_FORBIDS: { status: 409, title: "The instrument does not take such an order" },
  TIME_IN_FORCE_FORBIDDEN: { status: 422, title: "The instrument does not take orders that stand so long" },
  // Accounts and orders
  ACCOUNT_NOT_FOUND: { status: 404, title: "There is no such account" },
  ACCOUNT_EXISTS: { status: 409, title: "The account exists already" },
  TRADING_HALTED: { status: 409, title: "Trading is halted" },
  ONLY_REDUCING: { status: 409, title: "Only orders that reduce are taken" },
  ORDER_VOLUME_EXCEEDED: { status: 422, title: "The order is for more lots than the account's rules allow" },
  NOTIONAL_EXCEEDED: { status: 422, title: "The order is worth more than the account's rules allow" },
  TOO_MANY_ORDERS: { status: 409, title: "The account has as many open orders as its rules allow" },
  TOO_MANY_POSITIONS: { status: 409, title: "The account has as many positions as its rules allow" },
  ORDER_RATE_EXCEEDED: { status: 429, title: "Orders come faster than the account's rules allow" },
  PRICE_OUTSIDE_COLLAR: { status: 422, title: "The price is further from the market than the account's rules allow" },
  QUOTE_TOO_OLD: { status: 409, title: "The newest quote is older than the account's rules allow" },
  INSUFFICIENT_MARGIN: { status: 422, title: "The free margin does not cover the order" },
  INSUFFICIENT_FUNDS: { status: 422, title: "The account has not as much that is free" },
  INSUFFICIENT_CREDIT: { status: 422, title: "The account has not as much credit" },
  ORDER_NOT_FOUND: { status: 404, title: "There is no such order" },
  ORDER_EXISTS: { status: 409, title: "An order with this id exists already" },
  ORDER_NOT_OPEN: { status: 409, title: "The order is no longer open" },
  ORDER_NOT_RESTING: { status: 409, title: "A market order does not rest: it cannot be changed" },
  STOP_BEHIND_MARKET: { status: 422, title: "The market is beyond the stop price already" },
  EXPIRY_PASSED: { status: 422, title: "The time of expiry has passed" },
  REDUCES_NOTHING: { status: 422, title: "There is not as much of a position that the order could reduce" },
  POSITION_MODE_FORBIDS: { status: 409, title: "An account that nets, or hedges, its positions does not take this" },
  NOT_OPPOSITE: { status: 409, title: "The two positions are on the same side" },
  TRADE_NOT_FOUND: { status: 404, title: "There is no such trade" },
  ENTRY_NOT_FOUND: { status: 404, title: "The journal has no such entry" },
  ENTRY_EXISTS: { status: 409, title: "The journal has, or had, another entry with this id" },
  ENTRY_WITHDRAWN: { status: 409, title: "The entry was withdrawn" },
  JOURNAL_FULL: { status: 409, title: "The journal has as many entries as it may" },
  TOO_MANY_TAGS: { status: 422, title: "A trade may not have as many tags" },
  POSITION_NOT_FOUND: { status: 404, title: "There is no such position" },
  EXECUTION_EXISTS: { status: 409, title: "The execution is recorded already" },
  PRICE_BEYOND_LIMIT: { status: 409, title: "The execution is at a worse price than the order takes" },
  VENUE_FORBIDS: { status: 409, title: "The account's venue does not take this" },
  ORDER_NOT_AT_VENUE: { status: 409, title: "The venue has not confirmed the order yet" },
  INSTRUCTION_NOT_DUE: { status: 409, title: "The instruction is not to be sent, or not any more" },
  TERMINAL_TAKEN: { status: 409, title: "Another account has this terminal" },
  OVERFILL: { status: 409, title: "The execution is larger than what remains of the order" },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;

/** A request that should not have been sent: coded, with the numbers behind it; nothing was changed. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: RefusalCode;
  readonly values: JsonObject;

  constructor(code: RefusalCode, detail?: string, values: JsonObject = {}) {
    super(detail ?? refusals[code].title);
    this.code = code;
    this.values = values;
  }
}

/** Refuses what is being handled. `values` are the numbers behind the verdict and reach the caller. */
export function refuse(code: RefusalCode, detail?: string, values?: JsonObject): never {
  throw new Refused(code, detail, values);
}

export function isRefusalCode(code: unknown): code is RefusalCode {
  return typeof code === "string" && Object.hasOwn(refusals, code);
}
