import type { CommandEnvelope, InstrumentSpecification, JsonObject, PaperTerms, TenantId } from "@tradesage/contracts";
import { decimal, text } from "../calculation/decimal.ts";
import type { MarketQuote } from "../calculation/market.ts";
import type { VenueOrder } from "./open-orders.ts";
import type { Protection } from "./protections.ts";
import { priceOf, volumeOf } from "./terms.ts";

/** What befalls an order. `key` names it among all that may befall the same order. */
export interface VenueCommand {
  readonly command: "RecordExecution" | "TriggerOrder" | "ExpireOrder" | "TriggerStop" | "TrailOrder" | "TrailStop";
  readonly data: JsonObject;
  readonly key: string;
}

export const nameOf = ({ accountId, orderId }: VenueOrder) => ({ accountId, orderId });

/**
 * The command is the same for the same order at the same prices, whoever sends it. At other prices it is another
 * command for the same execution: the account takes one of them.
 */
export function executionOf(
  order: VenueOrder,
  quote: MarketQuote,
  instrument: InstrumentSpecification,
  terms: PaperTerms | undefined,
): VenueCommand {
  const { side, nextExecution: executionId } = order;
  const { digits } = instrument;
  const used = quoteUsed(quote, digits);
  const price = priceOf(terms, order, decimal(side === "buy" ? used.ask : used.bid), instrument).toFixed(digits);
  const volume = text(volumeOf(terms, order, instrument));
  return {
    command: "RecordExecution",
    data: { ...nameOf(order), executionId, volume, price, quote: used },
    key: `${executionId}:${used.timeMsc}:${used.bid}:${used.ask}`,
  };
}

export const triggerOf = (order: VenueOrder, quote: MarketQuote, digits: number): VenueCommand => ({
  command: "TriggerOrder",
  data: { ...nameOf(order), quote: quoteUsed(quote, digits) },
  key: `${order.placed.event}:trigger:${order.stop}`,
});

export function stopOf(protection: Protection, quote: MarketQuote, digits: number): VenueCommand {
  const { orderId, kind } = protection;
  const trailed = trailOf(protection);
  return {
    command: "TriggerStop",
    data: {
      ...{ ...positionNameOf(protection), orderId, stop: kind, quote: quoteUsed(quote, digits) },
      ...(trailed && { trailed }),
    },
    key: `${orderId}:${quote.timeMsc}:${quote.bid}:${quote.ask}:${trailed?.from ?? ""}`,
  };
}

const positionNameOf = ({ accountId, symbol, positionId }: Protection) => ({
  ...{ accountId, symbol },
  ...(positionId !== undefined && { positionId }),
});

/** Tells an account how far a stop has trailed; nothing where it knows. */
export function trailCommandOf(what: VenueOrder | Protection): VenueCommand | undefined {
  const trailed = trailOf(what);
  if (!trailed) return undefined;
  const { accountId, orderId } = what;
  const key = `${orderId}:trail:${trailed.from}:${trailed.quote.timeMsc}:${trailed.quote.bid}:${trailed.quote.ask}`;
  return "kind" in what
    ? { command: "TrailStop", data: { ...positionNameOf(what), ...trailed }, key }
    : { command: "TrailOrder", data: { accountId, orderId, ...trailed }, key: `${what.placed.event}:${key}` };
}

function trailOf({ stop, trailing }: VenueOrder | Protection) {
  if (!trailing?.followed || stop === trailing.recorded) return undefined;
  const { recorded, followed, digits } = trailing;
  return { from: recorded.toFixed(digits), quote: quoteUsed(followed, digits) };
}

const quoteUsed = ({ bid, ask, timeMsc }: MarketQuote, digits: number) => ({
  bid: bid.toFixed(digits),
  ask: ask.toFixed(digits),
  timeMsc,
});

export const envelopeOf = (
  tenant: TenantId,
  cause: { readonly event: string; readonly correlation: string },
  { command, data, key }: VenueCommand,
  at: Date,
): CommandEnvelope => ({
  command,
  data,
  tenant,
  actor: "service:paper-venue",
  idempotencyKey: key,
  correlation: cause.correlation,
  causation: cause.event,
  at: at.toISOString(),
});
