import { databaseUrl, eventStoreUrl, keysFolder, natsUrl, positiveInteger } from "@tradesage/service-host";
import { z } from "zod";

export const config = z.object({
  DATABASE_URL: databaseUrl,
  /** A streaming replica: what may be a little old is read there. */
  DATABASE_REPLICA_URL: databaseUrl.optional(),
  /** A replica that is further behind is not asked. */
  REPLICA_BEHIND_SECONDS: positiveInteger.default(5),
  EVENTSTORE_URL: eventStoreUrl,
  NATS_URL: natsUrl,
  /** How long an event waits for others to be recorded with in its tenant's chain, at most. */
  CHAIN_AFTER_MS: z.coerce.number().int().min(1000).default(60_000),
  /** Holds `signing-key.jwk`: the heads of chains are signed. */
  TRADESAGE_KEYS: keysFolder,
});
