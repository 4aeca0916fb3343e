import { type AccountEvent, type InstructionAction, magicOf, type OrderId } from "@tradesage/contracts";
import { type Big, decimal, zero } from "../../calculation/decimal.ts";
import { keyOf, type Named } from "../position-name.ts";
import { stopsOf, trailingOf } from "../told-terms.ts";
import type { Asked, Broker, BrokersOrder } from "./broker.ts";

/** What is known of the broker after one more event of the account. */
export function evolveBroker(broker: Broker, event: AccountEvent): Broker {
  switch (event.type) {
    case "OrderPlaced": {
      const { accountId, orderId, symbol, side, kind, external, oco = [] } = event.data;
      const volume = decimal(event.data.volume);
      const nothing = { asked: undefined, cancelled: undefined, isFilled: false, mustGo: false };
      const terms = { symbol, side, kind, trailing: trailingOf(event.data.trailing), stops: stopsOf(event.data), oco };
      const order = { ...terms, volume, remaining: volume, ...nothing, cancels: { count: 0, until: 0 } };
      return {
        ...broker,
        orders: broker.orders.set(orderId, { ...order, isBegun: external !== undefined, ticket: external }),
        byMagic: broker.byMagic.set(magicOf(accountId, orderId), orderId),
        byTicket: external === undefined ? broker.byTicket : broker.byTicket.set(external, orderId),
      };
    }
    case "OrderReopened": {
      const { orderId, volume, remaining } = event.data;
      return change(broker, orderId, { volume: decimal(volume), remaining: decimal(remaining) });
    }
    case "OrderAcknowledged": {
      const { orderId, ticket } = event.data;
      const known = { ...broker, byTicket: broker.byTicket.set(ticket, orderId) };
      return change(known, orderId, { ticket, isBegun: true });
    }
    case "OrderModified":
      return change(broker, event.data.orderId, { trailing: trailingOf(event.data.trailing) });
    case "OrderFilled":
      return filled(broker, event.data.orderId, decimal(event.data.remaining));
    case "OrderCancelled":
    case "OrderRejected":
      return change(broker, event.data.orderId, { remaining: zero, asked: undefined });
    case "OrderCancelRequested":
      return change(broker, event.data.orderId, { asked: { what: "cancel", reason: event.data.reason } });
    case "OrderChangeRequested": {
      const { accountId: _, orderId, ...asked } = event.data;
      return change(broker, orderId, { asked: { what: "change", ...asked } });
    }
    case "ProtectionRequested": {
      const { accountId: _, ...protection } = event.data;
      return { ...broker, protections: broker.protections.set(keyOf(protection), protection) };
    }
    case "CloseByRequested": {
      const { symbol, positionId, by } = event.data;
      return { ...broker, closings: broker.closings.set(positionId, { symbol, positionId, by }) };
    }
    case "InstructionSent": {
      const { instructionId, action, orderId, symbol, positionId, deadline, stopLoss } = event.data;
      const position = symbol === undefined ? undefined : { symbol, positionId };
      const sent = { action, orderId, position, deadline: Date.parse(deadline), status: "sent", stopLoss } as const;
      const begun = { ...broker, instructions: broker.instructions.set(instructionId, sent) };
      if (action === "place" && orderId !== undefined) return change(begun, orderId, { isBegun: true });
      if (action === "cancel" && orderId !== undefined) {
        const count = (broker.orders.get(orderId)?.cancels.count ?? 0) + 1;
        return change(begun, orderId, { cancels: { count, until: sent.deadline } });
      }
      const protection = action === "protect" && position && broker.protections.get(keyOf(position));
      if (!protection) return begun;
      const sentAs = { ...protection, sentAs: instructionId };
      return { ...begun, protections: broker.protections.set(keyOf(position), sentAs) };
    }
    case "InstructionUnknown": {
      const { instructionId } = event.data;
      const sent = broker.instructions.get(instructionId);
      if (!sent) return broker;
      return { ...broker, instructions: broker.instructions.set(instructionId, { ...sent, status: "unknown" }) };
    }
    case "InstructionAccepted":
      return settled(broker, event.data.instructionId, true);
    case "InstructionResolved":
      return settled(broker, event.data.instructionId, event.data.outcome === "carried_out");
    case "InstructionRejected":
      return settled(broker, event.data.instructionId, false);
    case "DealRecorded":
    case "DealCorrected":
      return { ...broker, deals: broker.deals.set(event.data.deal.ticket, event.data.deal) };
    case "DealRevoked":
      return { ...broker, deals: broker.deals.delete(event.data.ticket) };
    case "BalanceReconciled": {
      const { reason, difference } = event.data;
      return reason === "unseen" ? { ...broker, unseen: broker.unseen.plus(decimal(difference)) } : broker;
    }
    case "PositionClosed":
    case "PositionVanished":
      return withoutPosition(broker, event.data);
    case "BrokerAdopted":
      return {
        ...broker,
        isAdopted: true,
        deals: broker.deals.withMutations((deals) => {
          for (const ticket of event.data.deals) deals.set(ticket, null);
        }),
      };
    default:
      return broker;
  }
}

/** The first of linked orders that is filled makes the others go. */
function filled(broker: Broker, orderId: OrderId, remaining: Big): Broker {
  const others = broker.orders.get(orderId)?.oco ?? [];
  const left = others.filter((other) => broker.orders.get(other)?.isFilled === false);
  const ending = left.reduce((state, other) => change(state, other, { mustGo: true }), broker);
  return change(ending, orderId, { remaining, isFilled: true });
}

function change(broker: Broker, orderId: OrderId, changes: Partial<BrokersOrder>): Broker {
  const order = broker.orders.get(orderId);
  return order ? { ...broker, orders: broker.orders.set(orderId, { ...order, ...changes }) } : broker;
}

const askedBy: Readonly<Partial<Record<InstructionAction, Asked["what"]>>> = { cancel: "cancel", modify: "change" };

/** What became of it is known: it is open no more, nor is what had asked for it. */
function settled(broker: Broker, instructionId: string, isDone: boolean): Broker {
  const instruction = broker.instructions.get(instructionId);
  if (!instruction) return broker;
  const { action, orderId, position, stopLoss } = instruction;
  const without = { ...broker, instructions: broker.instructions.delete(instructionId) };
  if (position) return ended(without, action, keyOf(position), instructionId);
  const order = orderId === undefined ? undefined : broker.orders.get(orderId);
  if (orderId === undefined || !order) return without;
  const stops = isDone && stopLoss !== undefined ? { ...order.stops, stopLoss: decimal(stopLoss) } : order.stops;
  if (order.asked?.what !== askedBy[action]) return change(without, orderId, { stops });
  const cancelled = order.asked?.what === "cancel" && isDone ? order.asked.reason : undefined;
  return change(without, orderId, { stops, asked: undefined, cancelled });
}

/** What was asked of a position is settled; stops that were asked for since are still to be sent. */
function ended(broker: Broker, action: InstructionAction, key: string, instructionId: string): Broker {
  if (action === "close_by") return { ...broker, closings: broker.closings.delete(key) };
  if (broker.protections.get(key)?.sentAs !== instructionId) return broker;
  return { ...broker, protections: broker.protections.delete(key) };
}

/** Nothing is asked any more of a position that is no more. */
function withoutPosition(broker: Broker, named: Named): Broker {
  const key = keyOf(named);
  const closings = broker.closings.filter(({ by }, position) => position !== key && by !== key);
  return { ...broker, protections: broker.protections.delete(key), closings };
}
