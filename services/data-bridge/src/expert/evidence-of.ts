import type { Evidence, Hello, Report, Snapshot } from "@tradesage/contracts";

/** What an expert told, with what its HELLO says of it. */
export function evidenceOf(message: Report | Snapshot, hello: Hello, session: string): Evidence {
  const { server, login, marginMode } = hello;
  const receivedAtMsc = Date.now();
  return {
    terminal: { server, login },
    session,
    marginMode,
    symbols: symbolsOf(message, hello),
    receivedAtMsc,
    message,
  };
}

/** Our symbols of the names that the message speaks of. */
function symbolsOf(message: Report | Snapshot, { symbols }: Hello): Evidence["symbols"] {
  if (message.type === "report") return {};
  const names = new Set([...message.positions, ...message.orders, ...message.deals].map(({ name }) => name));
  return Object.fromEntries(symbols.filter(({ name }) => names.has(name)).map(({ name, symbol }) => [name, symbol]));
}
