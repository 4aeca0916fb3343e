import { type AccountCommand, type AccountEvent, type DataOf, refuse } from "@tradesage/contracts";
import { instrumentOf, type Moment, quoteOf } from "../../calculation/market.ts";
import type { Account } from "../account.ts";
import { mustHave } from "../modify-order.ts";
import { expiryOf, pricesOf, rests, toldStops, validStops, validTerms } from "../order-terms.ts";
import { openOrder } from "../record-execution.ts";
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
      ...{ side, triggered },
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
  if (wanted.trailingStop) return refuse("VENUE_FORBIDS", "a broker's stops do not trail", { symbol });
  const held = account.positions.get(symbol);
  if (!held) return refuse("POSITION_NOT_FOUND", undefined, { symbol });
  const instrument = instrumentOf(moment, symbol);
  const { bid, ask } = quoteOf(moment, instrument);
  const stops = validStops(wanted, held.side, held.side === "buy" ? bid : ask, instrument);
  return [{ type: "ProtectionRequested", data: { accountId, symbol, ...toldStops(stops, instrument) } }];
}

/**
 * MetaTrader's own orders do not trail on the server, and a limit for now or never is none of them.
 * @throws Refused VENUE_FORBIDS, TIME_IN_FORCE_FORBIDDEN
 */
export function mustBeOfBroker({ kind, timeInForce, trailingStop }: DataOf<AccountCommand, "PlaceOrder">): void {
  if (kind === "trailing_stop" || trailingStop)
    refuse("VENUE_FORBIDS", "a broker's orders and stops do not trail", { kind });
  if (kind === "market" || (timeInForce !== "ioc" && timeInForce !== "fok")) return;
  refuse("TIME_IN_FORCE_FORBIDDEN", `a ${kind} order at a broker is not ${timeInForce}`, { kind, timeInForce });
}
