import type { NodeConnectionOptions } from "@nats-io/transport-node";

/**
 * Takes `nats://user:password@host:port` apart (several: separated by commas; a user alone is a token), since the
 * client does not read credentials from an address. Scheme `tls` demands encryption.
 */
export function parseServers(url: string): NodeConnectionOptions {
  const { username, password, protocol } = parseAddress(url.split(",", 1)[0] ?? "");
  const user = decodeURIComponent(username);
  const pass = decodeURIComponent(password);
  return {
    servers: url.split(",").map((text) => parseAddress(text).host),
    ...(protocol === "tls:" ? { tls: {} } : {}),
    ...(user && pass ? { user, pass } : user ? { token: user } : {}),
  };
}

/** The text itself is not told: it may hold a password. */
function parseAddress(text: string): URL {
  const address = URL.parse(text.trim());
  if (!address?.host) throw new Error("not an address of bus servers");
  return address;
}
