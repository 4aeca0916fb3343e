import { databaseUrl, eventStoreUrl, natsUrl, positiveInteger, wholeNumber } from "@tradesage/service-host";
import { z } from "zod";

/** A threshold; 0 for none. */
const threshold = (otherwise: number) =>
  z.coerce.number("expected a number, 0 for no alarm").min(0, "expected a number, 0 for no alarm").default(otherwise);

export const config = z.object({
  DATABASE_URL: databaseUrl,
  EVENTSTORE_URL: eventStoreUrl,
  NATS_URL: natsUrl,
  /** How often all tenants are looked at. */
  WATCH_EVERY_SECONDS: positiveInteger.default(30),
  /** Schemas that are kept ready for tenants to come. */
  SPARE_SCHEMAS: wholeNumber.default(50),
  ALARM_SIZE_BYTES: threshold(0),
  ALARM_CONNECTIONS: threshold(20),
  ALARM_PROJECTION_LAG_SECONDS: threshold(30),
  ALARM_SLOW_STATEMENT_SECONDS: threshold(5),
  ALARM_BACKUP_AGE_SECONDS: threshold(26 * 3600),
  ALARM_RESTORE_TEST_AGE_SECONDS: threshold(8 * 86_400),
});
