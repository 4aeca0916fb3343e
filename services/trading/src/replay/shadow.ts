import {
  type AccountCommand,
  type AccountEvent,
  type DataOf,
  isRefusalCode,
  type JsonObject,
  Refused,
  type RiskRules,
} from "@tradesage/contracts";
import type { Account, AccountState } from "../account/account.ts";
import { account as decider } from "../account/index.ts";
import { keyOf } from "../account/position-name.ts";
import { heldOf } from "../account/position-of.ts";
import { decimal, moneyText, text } from "../calculation/decimal.ts";
import type { Moment } from "../calculation/market.ts";
import { createHeldNights } from "./held-nights.ts";
import { createPastPositions } from "./past-positions.ts";

/** What the rules would have stopped, or said. */
export interface Finding {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: "denied" | "breached" | "margin-called" | "stopped-out";
  /** The order that would have been denied, or the rule that would have been broken. */
  readonly which: string;
  readonly values: JsonObject;
}

/** ENUM_DEAL_ENTRY: a position was left by an opposite one. */
const OUT_BY = 3;

type Closed = DataOf<AccountEvent, "PositionReduced" | "PositionClosed">;

/** The refusals that an account's own rules lead to; for all others an order of the past was not held back. */
const ofRules = new Set([
  ...["TRADING_HALTED", "ONLY_REDUCING", "ORDER_RATE_EXCEEDED", "PRICE_OUTSIDE_COLLAR", "QUOTE_TOO_OLD"],
  ...["ORDER_VOLUME_EXCEEDED", "NOTIONAL_EXCEEDED", "TOO_MANY_ORDERS", "TOO_MANY_POSITIONS"],
]);

/**
 * The account as it would have been under other rules. What happened to it happens again, but for what its rules would
 * have stopped, and for what follows from that: an order that was denied is not filled, and what it would have closed
 * stays. Its own rules of that time, and what they led to, are left out.
 */
export function createShadow(rules: RiskRules) {
  let state: AccountState;
  /** At a broker the account begins with what that shows first, all of it at one moment. */
  let heldFrom = Number.POSITIVE_INFINITY;
  const findings: Finding[] = [];
  /** Of the two in which positions close each other, until both positions have told so. */
  const closingDeals: AccountEvent[] = [];
  const past = createPastPositions();
  const nights = createHeldNights({ account: () => state, past, emit: (event) => emit([event]) });

  const emit = (events: readonly AccountEvent[]) => {
    for (const event of events) state = decider.evolve(state, event);
  };

  function decide(command: AccountCommand, moment: Moment): readonly AccountEvent[] {
    const events = decider.decide(command, state, moment);
    emit(events);
    for (const event of events) note(event, moment.at);
    return events;
  }

  /** It counts from what the account has then; what cannot be valued yet is tried again. */
  function holdToRules(moment: Moment): void {
    if (!state || state.risk.rules || moment.at < heldFrom) return;
    try {
      decide({ type: "SetRiskRules", data: { accountId: state.accountId, rules } }, moment);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  function note({ type, data }: AccountEvent, at: number): void {
    if (type === "RiskRuleBreached") {
      const { equity, balance, floor, anchor } = data;
      findings.push({
        at,
        what: "breached",
        which: data.rule.id,
        values: { equity, balance, floor, anchor: anchor.value },
      });
    }
    if (type === "MarginCalled" || type === "StopOutReached") {
      const { equity, margin, level } = data;
      const what = type === "MarginCalled" ? "margin-called" : "stopped-out";
      findings.push({ at, what, which: `${level}%`, values: { equity, margin } });
    }
  }

  /** Whether the rules would have let an order through. */
  function isTaken(order: DataOf<AccountEvent, "OrderPlaced">, moment: Moment): boolean {
    const { accountId, orderId, symbol, side, volume, kind, limitPrice, stopPrice } = order;
    const prices = { ...(limitPrice && { limitPrice }), ...(stopPrice && { stopPrice }) };
    const asked = { accountId, orderId, symbol, side, volume, kind, ...prices };
    try {
      decider.decide({ type: "PlaceOrder", data: { ...asked, timeInForce: "gtc", reduceOnly: false } }, state, moment);
      return true;
    } catch (error) {
      if (!(error instanceof Refused && isRefusalCode(error.code))) throw error;
      if (!ofRules.has(error.code)) return true;
      findings.push({ at: moment.at, what: "denied", which: orderId, values: { code: error.code, ...error.values } });
      return false;
    }
  }

  function fill(data: DataOf<AccountCommand, "RecordExecution">, moment: Moment): void {
    decide({ type: "RecordExecution", data }, moment);
  }

  /** The night as it was charged then, for what there is of that position; what was not held then is not charged. */
  function charge(event: Extract<AccountEvent, { type: "SwapCharged" }>): void {
    const held = state && heldOf(state, event.data);
    if (!held || held.side !== past.sideOf(event.data)) return;
    const { amount, volume, currency } = event.data;
    const share = moneyText(decimal(amount).times(held.volume).div(decimal(volume)), currency);
    emit([{ ...event, data: { ...event.data, volume: text(held.volume), amount: share } }]);
  }

  /** Two positions close each other, as far as there is of both; the deals of that, too, are where both are. */
  function closeBy(closed: Closed, by: Closed, moment: Moment): void {
    const deals = closingDeals.splice(0);
    if (!state || !heldOf(state, closed) || !heldOf(state, by)) return;
    emit(deals);
    const { accountId, symbol, positionId, executionId } = closed;
    if (positionId === undefined || by.positionId === undefined) return;
    const data = { accountId, symbol, positionId, by: by.positionId, executionId };
    emit(decider.decide({ type: "ClosePositionBy", data }, state, moment));
  }

  return {
    findings: findings as readonly Finding[],
    /** Nights whose cost the history does not tell. */
    estimated: nights.estimated,
    /** When a night is due next: milliseconds since the epoch. */
    nextNight: nights.next,
    /** The nights that have begun by now, under the tenant's rollover of until now. */
    reach: nights.reach,
    state: (): Account | undefined => state,
    /** What happened to the account then. */
    take(event: AccountEvent, moment: Moment): void {
      const holds = (symbol: string) => state?.positions.some((position) => position.symbol === symbol) === true;
      const isOpen = (orderId: string) => state?.orders.has(orderId) === true;
      holdToRules(moment);
      const closing = past.take(event);
      if (closing) {
        closeBy(...closing, moment);
        for (const ended of closing) if (!past.sideOf(ended)) nights.tell(keyOf(ended), moment.at);
      }
      switch (event.type) {
        case "AccountOpened":
          if (event.data.venue === "paper") heldFrom = moment.at;
          else nights.ofBroker();
          // Whatever its venue was, it is filled here.
          emit([{ ...event, data: { ...event.data, venue: "paper", terminal: undefined } }]);
          holdToRules(moment);
          break;
        case "BrokerAdopted":
          heldFrom = moment.at + 1;
          break;
        case "OrderPlaced": {
          if (event.data.forced) break;
          const reduces = event.data.reduceOnly === true;
          if (reduces ? !holds(event.data.symbol) : !isTaken(event.data, moment)) break;
          emit([{ ...event, data: { ...event.data, placedAt: new Date(moment.at).toISOString() } }]);
          break;
        }
        case "OrderFilled": {
          const { accountId, orderId, executionId, volume, price } = event.data;
          // What a broker tells of comes without a quote.
          const { quote = { bid: price, ask: price, timeMsc: moment.at } } = event.data;
          if (isOpen(orderId)) fill({ accountId, orderId, executionId, volume, price, quote }, moment);
          break;
        }
        case "OrderModified":
        case "OrderTriggered":
        case "OrderTrailed":
        case "OrderCancelled":
          if (isOpen(event.data.orderId)) emit([event]);
          break;
        case "PositionProtected":
          if (state && heldOf(state, event.data)) emit([event]);
          break;
        case "PositionClosed":
          if (past.isFilled(event.data.executionId)) nights.tell(keyOf(event.data), moment.at);
          break;
        case "PositionVanished":
          nights.tell(keyOf(event.data), moment.at);
          break;
        case "SwapCharged":
          charge(event);
          break;
        case "DealRecorded": {
          const { orderId, deal } = event.data;
          if (orderId === undefined && deal.symbol !== undefined && deal.entry === OUT_BY) closingDeals.push(event);
          else if (orderId === undefined || isOpen(orderId)) emit([event]);
          break;
        }
        case "BalanceReconciled":
        case "CreditReconciled":
        case "PositionReconciled":
        case "FundsDeposited":
        case "FundsWithdrawn":
        case "CreditGiven":
        case "CreditTaken":
        case "BalanceAdjusted":
        case "PaperTermsSet":
        case "PaperTermsCleared":
          emit([event]);
          break;
        default:
      }
      nights.changed(moment.at);
    },
    /** What follows from the rules at the newest quotes; what must be closed is closed at them. */
    assess(assessment: string, moment: Moment): void {
      if (!state) return;
      holdToRules(moment);
      const { accountId } = state;
      for (const event of decide({ type: "AssessRisk", data: { accountId, assessment, quotes: [] } }, moment)) {
        const quote = event.type === "OrderPlaced" ? moment.quote(event.data.symbol) : undefined;
        const digits = event.type === "OrderPlaced" ? moment.instrument(event.data.symbol)?.digits : undefined;
        if (event.type !== "OrderPlaced" || !quote || digits === undefined) continue;
        const { orderId, volume, side } = event.data;
        nights.tell(keyOf(event.data), moment.at);
        const used = { bid: quote.bid.toFixed(digits), ask: quote.ask.toFixed(digits), timeMsc: quote.timeMsc };
        const price = side === "buy" ? used.ask : used.bid;
        fill({ accountId, orderId, executionId: orderId, volume, price, quote: used }, moment);
      }
      nights.changed(moment.at);
    },
  };
}
