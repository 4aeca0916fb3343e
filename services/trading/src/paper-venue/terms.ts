import { createHash } from "node:crypto";
import type { AccountEvent, DataOf, InstrumentSpecification, PaperTerms, TenantId } from "@tradesage/contracts";
import type { RecordedEvent } from "@tradesage/event-store";
import { type Big, decimal, larger, smaller } from "../calculation/decimal.ts";
import { toStep } from "../calculation/rounding.ts";
import type { Desks } from "../reactors/desks.ts";
import type { VenueOrder } from "./open-orders.ts";

/** How each account's orders are filled: on terms of its own, out of its events, or on those of its tenant. */
export interface AccountTerms {
  apply(tenant: TenantId, recorded: RecordedEvent): void;
  of(order: Pick<VenueOrder, "tenant" | "accountId">): PaperTerms | undefined;
}

export function createAccountTerms(desks: Pick<Desks, "termsOf">): AccountTerms {
  const terms = new Map<string, PaperTerms>();
  return {
    apply(tenant, recorded) {
      const event = { type: recorded.type, data: recorded.data } as AccountEvent;
      if (event.type === "PaperTermsSet") terms.set(`${tenant}/${event.data.accountId}`, event.data.terms);
      if (event.type === "PaperTermsCleared") terms.delete(`${tenant}/${event.data.accountId}`);
    },
    of: ({ tenant, accountId }) => terms.get(`${tenant}/${accountId}`) ?? desks.termsOf(tenant).paperTerms,
  };
}

/** When an order that was placed is at the venue, in milliseconds since the epoch. One of the venue's own is at once: 0. */
export function arrivalOf(terms: PaperTerms | undefined, { at, data }: RecordedEvent): number {
  const { orderId, stop } = data as DataOf<AccountEvent, "OrderPlaced">;
  if (!terms || stop !== undefined) return 0;
  const { latencyMs, latencyJitterMs, seed } = terms;
  const latency = latencyMs + (latencyJitterMs > 0 ? drawn(latencyJitterMs, seed, orderId, "latency") : 0);
  return latency > 0 ? at.getTime() + latency : 0;
}

/** What a quote fills of an order: no more than is there, in steps that its instrument has, at least the smallest. */
export function volumeOf(
  terms: PaperTerms | undefined,
  { remaining }: VenueOrder,
  { volumeStep }: InstrumentSpecification,
): Big {
  const left = decimal(remaining);
  if (terms?.depth === undefined) return left;
  const step = decimal(volumeStep);
  return smaller(left, larger(step, toStep(decimal(terms.depth), step)));
}

/** What an order pays at such a quote: what has a limit the quote, all else may slip, never to zero. */
export function priceOf(
  terms: PaperTerms | undefined,
  { side, limit, orderId, fills }: VenueOrder,
  quoted: Big,
  { tickSize }: InstrumentSpecification,
): Big {
  const { slippage, seed = "" } = terms ?? {};
  if (!slippage || slippage.model === "none" || limit !== undefined) return quoted;
  const { model, ticks } = slippage;
  const slipped = model === "fixed" ? ticks : drawn(ticks, seed, orderId, `slippage ${fills}`);
  const tick = decimal(tickSize);
  const worse = tick.times(decimal(String(slipped)));
  return side === "buy" ? quoted.plus(worse) : larger(tick, quoted.minus(worse));
}

/**
 * A whole number from 0 to `most`, each as likely. It depends on the seed and on what it is drawn for alone: not on what
 * was drawn before, so that a process that begins anew draws the same.
 */
function drawn(most: number, seed: string, orderId: string, what: string): number {
  const hash = createHash("sha256")
    .update(JSON.stringify([seed, orderId, what]))
    .digest();
  return Math.floor((hash.readUIntBE(0, 6) / 2 ** 48) * (most + 1));
}
