import { databaseUrl, eventStoreUrl, natsUrl, redisUrl } from "@tradesage/service-host";
import { z } from "zod";

export const config = z.object({
  DATABASE_URL: databaseUrl,
  /** A streaming replica: history is read there. */
  DATABASE_REPLICA_URL: databaseUrl.optional(),
  EVENTSTORE_URL: eventStoreUrl,
  NATS_URL: natsUrl,
  REDIS_URL: redisUrl,
});
