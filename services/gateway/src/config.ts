import { eventStoreUrl, keysFolder, natsUrl, port } from "@tradesage/service-host";
import { z } from "zod";

const origin = z.url({
  protocol: /^https?$/,
  error: "expected origins such as https://desk.example.com, comma-separated",
});

export const gatewayConfig = z.object({
  GATEWAY_PORT: port,
  NATS_URL: natsUrl,
  EVENTSTORE_URL: eventStoreUrl,
  TRADESAGE_KEYS: keysFolder,
  /** Web pages of these origins may use the API and the socket, beside the gateway's own. None unless told. */
  GATEWAY_ALLOWED_ORIGINS: z
    .string()
    .default("")
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .pipe(z.array(origin)),
  /** Requests a second, and twice as many at once; of one address, connections of the socket among them. */
  GATEWAY_REQUESTS_PER_ADDRESS: z.coerce.number().int().min(1).default(4_000),
  /** The same of one user of a tenant. */
  GATEWAY_REQUESTS_PER_USER: z.coerce.number().int().min(1).default(2_000),
  /** The folder of the built console; without it there is none. */
  GATEWAY_CONSOLE: z.string().min(1).optional(),
});
