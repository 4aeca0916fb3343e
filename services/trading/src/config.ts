import { eventStoreUrl, natsUrl, positiveInteger } from "@tradesage/service-host";
import { z } from "zod";

export const config = z.object({
  NATS_URL: natsUrl,
  EVENTSTORE_URL: eventStoreUrl,
  /** A quote that reached us longer ago, in milliseconds, fills no order on the paper venue. */
  PAPER_MAX_QUOTE_AGE_MS: positiveInteger.default(60_000),
});
