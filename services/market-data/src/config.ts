import { databaseUrl, eventStoreUrl, natsUrl, positiveInteger, redisUrl } from "@tradesage/service-host";
import { z } from "zod";

export const config = z.object({
  DATABASE_URL: databaseUrl,
  /** A streaming replica: history is read there. */
  DATABASE_REPLICA_URL: databaseUrl.optional(),
  /** A replica that is further behind is not asked. */
  REPLICA_BEHIND_SECONDS: positiveInteger.default(5),
  EVENTSTORE_URL: eventStoreUrl,
  NATS_URL: natsUrl,
  REDIS_URL: redisUrl,
});
