import { Evidence, tenantOfEvidence } from "@tradesage/contracts";
import { type Bus, terminalEvidence } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";
import type { Mt5Venue } from "./mt5-venue.ts";

/**
 * Hears all that terminals' experts have told: first what is kept, then what comes. Ends with the signal; rejects where
 * the stream cannot be read.
 */
export async function hearEvidence(
  bus: Pick<Bus, "consume">,
  venue: Pick<Mt5Venue, "hear">,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const how = { startSequence: 1, maxMessages: 100, maxWaitMs: 0, signal };
  for await (const { messages } of bus.consume(terminalEvidence, how)) {
    for (const { subject, payload } of messages) {
      const tenant = tenantOfEvidence(subject);
      const told = Evidence.safeParse(JSON.parse(Buffer.from(payload).toString()));
      if (tenant !== undefined && told.success) venue.hear(tenant, told.data);
      else logger.error({ subject, err: told.error }, "evidence that is none");
    }
  }
}
