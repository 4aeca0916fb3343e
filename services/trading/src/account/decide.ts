import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import type { Moment } from "../calculation/market.ts";
import { takeDueAnchors } from "../risk/anchors.ts";
import { assessRisk } from "../risk/assess-risk.ts";
import { setRiskRules } from "../risk/set-risk-rules.ts";
import { enforceTradingState, setTradingState } from "../risk/trading-state.ts";
import type { Account, AccountState } from "./account.ts";
import { askBroker, decideOfBroker, isOfBroker } from "./broker/decide-broker.ts";
import { cancelOrder } from "./cancel-order.ts";
import { chargeSwap } from "./charge-swap.ts";
import { closePositionBy } from "./close-by.ts";
import { evolve } from "./evolve.ts";
import { cancelLinked, placeLinkedOrders } from "./linked-orders.ts";
import { modifyOrder } from "./modify-order.ts";
import { adjustBalance, deposit, giveCredit, takeCredit, withdraw } from "./money.ts";
import { charged, clearPaperTerms, setPaperTerms } from "./paper-terms.ts";
import { closePosition, placeOrder, reversePosition } from "./place-order.ts";
import { protectPosition, triggerStop } from "./protect-position.ts";
import { openOrder, recordExecution } from "./record-execution.ts";
import { trailOrder, trailStop } from "./trailing.ts";

/** What follows from a command to a trading account, at the tenant's market of this moment. */
export function decide(command: AccountCommand, state: AccountState, moment: Moment): AccountEvent[] {
  if (command.type === "OpenAccount") return openAccount(command.data, state);
  const { accountId } = command.data;
  if (!state) return refuse("ACCOUNT_NOT_FOUND", `there is no account ${accountId}`, { accountId });
  const anchors = takeDueAnchors(state, moment);
  return [...anchors, ...decided(command, anchors.reduce(evolve, state) ?? state, moment)];
}

type OfAccount = Exclude<AccountCommand, { type: "OpenAccount" }>;

function decided(command: OfAccount, state: Account, moment: Moment): AccountEvent[] {
  const { accountId } = command.data;
  if (isOfBroker(command)) return decideOfBroker(command, state, moment);
  const asked = state.broker && askBroker(command, state, state.broker, moment);
  if (asked) return asked;
  switch (command.type) {
    case "Deposit":
      return deposit(state, command.data);
    case "Withdraw":
      return withdraw(state, command.data, moment);
    case "GiveCredit":
      return giveCredit(state, command.data);
    case "TakeCredit":
      return takeCredit(state, command.data, moment);
    case "AdjustBalance":
      return adjustBalance(state, command.data);
    case "PlaceOrder":
      return placeOrder(state, command.data, moment);
    case "PlaceLinkedOrders":
      return placeLinkedOrders(state, command.data, moment);
    case "ModifyOrder":
      return modifyOrder(state, command.data, moment);
    case "ClosePosition":
      return closePosition(state, command.data, moment);
    case "ClosePositionBy":
      return closePositionBy(state, command.data, moment);
    case "ReversePosition":
      return reversePosition(state, command.data, moment);
    case "ProtectPosition":
      return protectPosition(state, command.data, moment);
    case "TriggerStop":
      return triggerStop(state, command.data, moment);
    case "TrailStop":
      return trailStop(state, command.data, moment);
    case "TrailOrder":
      return trailOrder(openOrder(state, command.data.orderId), command.data, moment);
    case "CancelOrder":
      return cancelOrder(state, command.data.orderId, "requested", moment);
    case "ExpireOrder":
      return cancelOrder(state, command.data.orderId, command.data.reason, moment);
    case "CancelAllOrders": {
      const { symbol } = command.data;
      const ended = state.orders
        .filter((order) => symbol === undefined || order.symbol === symbol)
        .keySeq()
        .toArray();
      return ended.flatMap((orderId) => cancelOrder(state, orderId, "requested", moment));
    }
    case "TriggerOrder": {
      const { orderId, quote } = command.data;
      const { kind, triggered } = openOrder(state, orderId);
      return kind === "stop_limit" && !triggered
        ? [{ type: "OrderTriggered", data: { accountId, orderId, quote } }]
        : [];
    }
    case "SetTradingState":
      return setTradingState(state, command.data, moment);
    case "SetRiskRules":
      return setRiskRules(state, command.data, moment);
    case "AssessRisk":
      return assessRisk(state, command.data, moment);
    case "EnforceTradingState":
      return enforceTradingState(state, moment);
    case "SetPaperTerms":
      return setPaperTerms(state, command.data);
    case "ClearPaperTerms":
      return clearPaperTerms(state);
    case "ChargeSwap":
      return chargeSwap(state, command.data, moment);
    case "RecordExecution":
      return charged(state, cancelLinked(state, recordExecution(state, command.data, moment)), moment);
  }
}

function openAccount(data: DataOf<AccountCommand, "OpenAccount">, state: AccountState): AccountEvent[] {
  const { accountId } = data;
  if (state) return refuse("ACCOUNT_EXISTS", `account ${accountId} exists already`, { accountId });
  return [{ type: "AccountOpened", data: { ...data, name: data.name ?? accountId } }];
}
