import type { AccountEvent, BackupEvent, DeskEvent, InstrumentEvent, TenantEvent } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";

type RestoreEvent = Extract<BackupEvent, { type: "RestoreBegun" | "TenantReleased" }>;
type FollowedEvent = AccountEvent | DeskEvent | InstrumentEvent | TenantEvent | RestoreEvent;

/**
 * How long an event is needed by those in this service who follow the history: never; until its order or position is
 * over; until a newer one of its type is in its stream; or as long as its tenant.
 */
type Need = "never" | "order" | "position" | "newest" | "always";

/**
 * What is not needed is not delivered, neither after a start nor live: who follows another event than until now says so
 * here first. What follows from an order or a position must therefore end with it.
 */
const needs: { readonly [Type in FollowedEvent["type"]]: Need } = {
  AccountOpened: "newest",
  FundsDeposited: "never",
  FundsWithdrawn: "never",
  CreditGiven: "never",
  CreditTaken: "never",
  BalanceAdjusted: "never",
  SwapCharged: "position",
  OrderPlaced: "order",
  OrderModified: "order",
  OrderTriggered: "order",
  OrderTrailed: "order",
  OrderFilled: "order",
  OrderCancelled: "order",
  OrderRejected: "order",
  OrderCancelRequested: "order",
  OrderChangeRequested: "order",
  ProtectionRequested: "position",
  CloseByRequested: "position",
  PositionOpened: "position",
  PositionIncreased: "never",
  PositionReduced: "never",
  PositionProtected: "position",
  PositionClosed: "position",
  PaperTermsSet: "newest",
  PaperTermsCleared: "newest",
  CommissionCharged: "never",
  PositionVanished: "position",
  InstructionSent: "never",
  InstructionAccepted: "never",
  InstructionRejected: "never",
  InstructionUnknown: "never",
  InstructionResolved: "never",
  OrderAcknowledged: "never",
  OrderReopened: "never",
  LinkedOrdersFilled: "never",
  DealRecorded: "never",
  DealCorrected: "never",
  DealRevoked: "never",
  ExecutionCorrected: "never",
  ExecutionRevoked: "never",
  BrokerAdopted: "never",
  PositionReconciled: "never",
  BalanceReconciled: "never",
  CreditReconciled: "never",
  TradingStateChanged: "never",
  RiskRulesSet: "newest",
  RiskAnchorsTaken: "never",
  RiskRuleBreached: "never",
  MarginCalled: "never",
  MarginCallEnded: "never",
  StopOutReached: "never",
  DeskStateChanged: "newest",
  // Nights of positions that are held still began by earlier ones, and orders have travelled on them.
  DeskTermsSet: "always",
  InstrumentDefined: "newest",
  InstrumentChanged: "never",
  TenantRequested: "newest",
  TenantActivated: "newest",
  TenantProvisioningFailed: "never",
  TenantRenamed: "never",
  TenantSuspended: "newest",
  TenantResumed: "newest",
  TenantDeletionRequested: "never",
  TenantDeletionCancelled: "never",
  TenantDeletionBegun: "newest",
  TenantDeleted: "never",
  TenantAlarmRaised: "never",
  TenantAlarmCleared: "never",
  AlarmThresholdSet: "never",
  TemplateChangeRequested: "never",
  TemplateChanged: "newest",
  TerminalKeyIssued: "never",
  TerminalKeyRevoked: "never",
  RetentionSet: "never",
  RestoreBegun: "newest",
  TenantReleased: "newest",
};

/** The types of event that anybody follows. */
export const followedTypes = Object.entries(needs)
  .filter(([, need]) => need !== "never")
  .map(([type]) => type);

/** The part of a history that still matters: who follows it from there stands where the whole would have led. */
export interface StillNeeded {
  /** Takes the next event of the history. */
  take(event: RecordedEvent): void;
  /** What is needed still, in order. */
  events(): RecordedEvent[];
}

export function createStillNeeded(): StillNeeded {
  const kept = new Map<string, RecordedEvent[]>();
  return {
    take(recorded) {
      const event = { type: recorded.type, data: recorded.data } as FollowedEvent;
      const subject = subjectOf(recorded.stream, event);
      if (subject === undefined) return;
      if (event.type === "TenantDeletionBegun")
        for (const key of kept.keys()) if (key.startsWith(`${event.data.tenantId}-`)) kept.delete(key);
      if (isLast(event)) kept.delete(subject);
      else if (needs[event.type] === "newest") kept.set(subject, [recorded]);
      else {
        const before = kept.get(subject);
        if (before) before.push(recorded);
        else kept.set(subject, [recorded]);
      }
    },
    events: () => [...kept.values()].flat().sort((a, b) => (a.position < b.position ? -1 : 1)),
  };
}

/** What an event is kept for. */
function subjectOf(stream: string, { type, data }: FollowedEvent): string | undefined {
  switch (needs[type]) {
    case "order":
      return `${stream}/order/${(data as { orderId: string }).orderId}`;
    case "position":
      return `${stream}/position/${positionOf(data as { symbol: string; positionId?: string })}`;
    case "newest":
    case "always":
      return `${stream}/${type}`;
    default:
      return undefined;
  }
}

const positionOf = ({ symbol, positionId }: { symbol: string; positionId?: string }) => positionId ?? symbol;

const isLast = ({ type, data }: FollowedEvent): boolean =>
  type === "OrderCancelled" ||
  type === "OrderRejected" ||
  type === "PositionClosed" ||
  type === "PositionVanished" ||
  (type === "OrderFilled" && data.remaining === "0");
