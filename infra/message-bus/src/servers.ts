import type { NodeConnectionOptions } from "@nats-io/transport-node";

/**
 * Takes `nats://user:password@host:port` apart (several: separated by commas; a user alone is a token), since the
 * client does not read credentials from an address. Scheme `tls` demands encryption.
 */
export function parseServers(url: string): NodeConnectionOptions {
  const addresses = url.split(",").map((part) => new URL(part.trim()));
  const [first] = addresses;
  if (!first) throw new Error("no address of a bus server");
  const user = decodeURIComponent(first.username);
  const pass = decodeURIComponent(first.password);
  return {
    servers: addresses.map(({ host }) => host),
    ...(first.protocol === "tls:" ? { tls: {} } : {}),
    ...(user && pass ? { user, pass } : user ? { token: user } : {}),
  };
}
