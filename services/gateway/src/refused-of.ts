import { Refused } from "@tradesage/contracts";
import { EventStoreUnavailable } from "@tradesage/event-store";
import { BusUnavailable, DeadlineExceeded } from "@tradesage/message-bus";
import type { Logger } from "@tradesage/telemetry";

/** Whatever went wrong, as a refusal that tells nothing of our insides; what is not understood is logged. */
export function refusedOf(error: unknown, logger: Logger): Refused {
  if (error instanceof Refused) return error;
  if (error instanceof DeadlineExceeded) return new Refused("DEADLINE_EXCEEDED");
  if (error instanceof BusUnavailable || error instanceof EventStoreUnavailable) return new Refused("UNAVAILABLE");
  logger.error({ err: error }, "a request failed");
  return new Refused("INTERNAL");
}
