import type { Ports } from "./ports.ts";
import type { ServerVariable } from "./servers/choose-servers.ts";

/** What every process of the product is told by its environment. */
export type Environment = Readonly<
  Record<ServerVariable | "TRADESAGE_ENV" | "TRADESAGE_KEYS" | "LOG_LEVEL" | "GATEWAY_PORT" | "BRIDGE_PORT", string>
>;

/** What the stack adds to the environment that it was itself given. */
export function environmentOf(
  given: NodeJS.ProcessEnv,
  urls: Readonly<Record<ServerVariable, string>>,
  ports: Ports,
  keys: string,
): Environment {
  return {
    ...urls,
    TRADESAGE_ENV: given["TRADESAGE_ENV"] ?? "development",
    TRADESAGE_KEYS: keys,
    LOG_LEVEL: given["LOG_LEVEL"] ?? "info",
    GATEWAY_PORT: String(ports.gateway),
    BRIDGE_PORT: String(ports.bridge),
  };
}
