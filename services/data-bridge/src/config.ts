import { eventStoreUrl, natsUrl, port, positiveInteger } from "@tradesage/service-host";
import { z } from "zod";

export const bridgeConfig = z.object({
  BRIDGE_PORT: port,
  NATS_URL: natsUrl,
  EVENTSTORE_URL: eventStoreUrl,
  /** A terminal that has not said HELLO so long after it connected is closed. */
  BRIDGE_HELLO_SECONDS: positiveInteger.default(5),
  /** Keys that the bridge does not know and looks for, a second and address; twice as many at once. */
  BRIDGE_KEYS_PER_ADDRESS: positiveInteger.default(20),
  /** A terminal that sends nothing, not even a heartbeat, for so long is closed. */
  BRIDGE_IDLE_SECONDS: positiveInteger.default(30),
});
