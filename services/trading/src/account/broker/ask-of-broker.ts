import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import { instrumentOf, type Moment, quoteOf } from "../../calculation/market.ts";
import type { Account } from "../account.ts";
import { mustBeOpposite } from "../close-by.ts";
import { mustHave } from "../modify-order.ts";
import { expiryOf, pricesOf, rests, toldStops, validStops, validTerms } from "../order-terms.ts";
import { keyOf, nameOf } from "../position-name.ts";
import { positionOf } from "../position-of.ts";
import { openOrder } from "../record-execution.ts";
import { trailOrder, trailStop } from "../trailing.ts";
import { beginning, standing } from "../trailing-terms.ts";
import type { Broker } from "./broker.ts";

/** Asks for other prices of an order that rests at the broker. @throws Refused ORDER_NOT_AT_VENUE, VENUE_FORBIDS, … */
export function modifyAtBroker(
  account: Account,
  broker: Broker,
  wanted: DataOf<AccountCommand, "ModifyOrder">,
  moment: Moment,
): AccountEvent[] {
  const { accountId, orderId } = wanted;
  const open = openOrder(account, orderId);
  if (!rests(open.kind)) return refuse("ORDER_NOT_RESTING", undefined, { orderId });
  if (wanted.volume !== undefined) return refuse("VENUE_FORBIDS", "a broker's order keeps its volume", { orderId });
  mustHave(open, wanted);
  const order = broker.orders.get(orderId);
  if (order?.ticket === undefined || order.asked) return refuse("ORDER_NOT_AT_VENUE", undefined, { orderId });
  const instrument = instrumentOf(moment, open.symbol);
  const { side, triggered } = open;
  const terms = validTerms(
    {
      ...{ side, triggered, trailing: wanted.trailing },
      limitPrice: wanted.limitPrice ?? open.limitPrice?.toFixed(instrument.digits),
      stopPrice: wanted.stopPrice ?? open.stopPrice?.toFixed(instrument.digits),
    },
    instrument,
    moment,
  );
  const expiresAt =
    wanted.expiresAt === undefined
      ? open.expiresAt && new Date(open.expiresAt).toISOString()
      : expiryOf({ timeInForce: "gtd", expiresAt: wanted.expiresAt }, moment.at);
  const data = { accountId, orderId, ...pricesOf(terms, instrument), ...(expiresAt && { expiresAt }) };
  return [{ type: "OrderChangeRequested", data }];
}

/** Asks for other stops of a position. @throws Refused POSITION_NOT_FOUND, STOP_BEHIND_MARKET, … */
export function protectAtBroker(
  account: Account,
  wanted: DataOf<AccountCommand, "ProtectPosition">,
  moment: Moment,
): AccountEvent[] {
  const { accountId, symbol } = wanted;
  const held = positionOf(account, wanted);
  const instrument = instrumentOf(moment, symbol);
  const quote = quoteOf(moment, instrument);
  const asked = validStops(wanted, held.side, held.side === "buy" ? quote.bid : quote.ask, instrument);
  const stops = standing(asked, held) ?? beginning(asked, held.side, quote, instrument);
  return [{ type: "ProtectionRequested", data: { accountId, ...nameOf(held), ...toldStops(stops, instrument) } }];
}

/** The market has moved on, and the stop of an order that rests is to follow it: asked for, one thing at a time. */
export function trailOrderAtBroker(
  account: Account,
  broker: Broker,
  trail: DataOf<AccountCommand, "TrailOrder">,
  moment: Moment,
): AccountEvent[] {
  const order = broker.orders.get(trail.orderId);
  if (order?.ticket === undefined || order.asked || order.isFilled) return [];
  return trailOrder(openOrder(account, trail.orderId), trail, moment).flatMap((event): AccountEvent[] =>
    event.type === "OrderTrailed" ? [{ type: "OrderChangeRequested", data: event.data }] : [],
  );
}

/** The market has moved on, and the stop of a position is to follow it: asked for, one thing at a time. */
export function trailStopAtBroker(
  account: Account,
  broker: Broker,
  trail: DataOf<AccountCommand, "TrailStop">,
  moment: Moment,
): AccountEvent[] {
  if (broker.protections.has(keyOf(trail))) return [];
  return trailStop(account, trail, moment).flatMap((event): AccountEvent[] => {
    if (event.type !== "PositionProtected") return [];
    const { side: _, ...data } = event.data;
    return [{ type: "ProtectionRequested", data }];
  });
}

/**
 * Asks for two opposite positions to be closed by each other. What is asked already is asked once.
 * @throws Refused POSITION_MODE_FORBIDS, POSITION_NOT_FOUND, NOT_OPPOSITE
 */
export function closeByAtBroker(
  account: Account,
  broker: Broker,
  close: DataOf<AccountCommand, "ClosePositionBy">,
): AccountEvent[] {
  const { accountId, symbol, positionId, by } = close;
  mustBeOpposite(account, close);
  if (broker.closings.get(positionId)?.by === by) return [];
  return [{ type: "CloseByRequested", data: { accountId, symbol, positionId, by } }];
}

type Placing = Omit<DataOf<AccountCommand, "PlaceOrder">, "accountId">;

/**
 * What waits closes no position of a hedging account, and a limit for now or never is none of MetaTrader's orders.
 * @throws Refused VENUE_FORBIDS, TIME_IN_FORCE_FORBIDDEN
 */
export function mustBeOfBroker({ kind, timeInForce, positionId }: Placing): void {
  if (positionId !== undefined && kind !== "market")
    refuse("VENUE_FORBIDS", "a broker's order that waits closes no position: protect it instead", { kind, positionId });
  if (kind === "market" || (timeInForce !== "ioc" && timeInForce !== "fok")) return;
  refuse("TIME_IN_FORCE_FORBIDDEN", `a ${kind} order at a broker is not ${timeInForce}`, { kind, timeInForce });
}
