import {
  type AccountCommand,
  type AccountEvent,
  type BrokerCommand,
  brokerCommands,
  refuse,
} from "@tradesage/contracts";
import type { Moment } from "../../calculation/market.ts";
import type { Account } from "../account.ts";
import {
  closeByAtBroker,
  modifyAtBroker,
  mustBeOfBroker,
  protectAtBroker,
  trailOrderAtBroker,
  trailStopAtBroker,
} from "./ask-of-broker.ts";
import { beginInstruction, doubtInstruction, giveUpOrder } from "./begin-instruction.ts";
import type { Broker } from "./broker.ts";
import { recordBrokerState } from "./record-broker-state.ts";
import { recordReport } from "./record-report.ts";

/** Whether a command is one of those that the venue of a broker gives. */
export const isOfBroker = (command: AccountCommand): command is BrokerCommand =>
  Object.hasOwn(brokerCommands, command.type);

/** What follows from what the venue does, and from what the broker shows. */
export function decideOfBroker(command: BrokerCommand, account: Account, moment: Moment): AccountEvent[] {
  const { broker } = account;
  if (!broker) return refuse("VENUE_FORBIDS", undefined, { command: command.type });
  switch (command.type) {
    case "BeginInstruction":
      return beginInstruction(account, broker, command.data, moment);
    case "GiveUpOrder":
      return giveUpOrder(account, broker, command.data);
    case "DoubtInstruction":
      return doubtInstruction(account, broker, command.data);
    case "RecordReport":
      return recordReport(account, broker, command.data);
    case "RecordBrokerState":
      return recordBrokerState(account, command.data, moment);
  }
}

/**
 * What is decided otherwise where orders go to a broker: nothing that it may have changes before it shows it. Undefined
 * for what is decided as everywhere. @throws Refused VENUE_FORBIDS for what only the broker decides
 */
export function askBroker(
  command: Exclude<AccountCommand, BrokerCommand>,
  account: Account,
  broker: Broker,
  moment: Moment,
): AccountEvent[] | undefined {
  switch (command.type) {
    case "ModifyOrder":
      return modifyAtBroker(account, broker, command.data, moment);
    case "ProtectPosition":
      return protectAtBroker(account, command.data, moment);
    case "TrailStop":
      return trailStopAtBroker(account, broker, command.data, moment);
    case "TrailOrder":
      return trailOrderAtBroker(account, broker, command.data, moment);
    case "ClosePositionBy":
      return closeByAtBroker(account, broker, command.data);
    case "PlaceOrder":
      mustBeOfBroker(command.data);
      return undefined;
    case "PlaceLinkedOrders":
      for (const order of command.data.orders) mustBeOfBroker(order);
      return undefined;
    case "ClosePosition":
    case "CancelOrder":
    case "CancelAllOrders":
    case "SetTradingState":
    case "EnforceTradingState":
    case "SetRiskRules":
    case "AssessRisk":
      return undefined;
    case "OpenAccount":
    case "SetPaperTerms":
    case "ClearPaperTerms":
    case "Deposit":
    case "Withdraw":
    case "GiveCredit":
    case "TakeCredit":
    case "AdjustBalance":
    case "ChargeSwap":
    case "ReversePosition":
    case "TriggerStop":
    case "TriggerOrder":
    case "ExpireOrder":
    case "RecordExecution":
      return refuse("VENUE_FORBIDS", undefined, { command: command.type });
  }
}
