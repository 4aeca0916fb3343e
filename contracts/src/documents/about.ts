import manifest from "../../package.json" with { type: "json" };

/** What the documents say of the API as a whole. */
export const about = {
  version: manifest.version,
  http: `Commands change something and answer the events that they led to and a \`position\`; queries read.

- **Authentication**: \`Authorization: Bearer <token>\`. The tenant is the token's; nothing else in a request names it.
- **Repeats**: send an \`Idempotency-Key\` with each command. The same key and body have one effect and one answer, for at least 24 hours; the same key with another body is refused.
- **Read your own write**: give the \`position\` of a command's answer to a query as \`after\`.
- **Numbers**: prices, volumes and money are decimals in strings; quotes, bars and ticks are doubles, as terminals send them.
- **Problems**: refusals are \`application/problem+json\` (RFC 9457) with a \`code\` of a closed set.
- **Live**: a WebSocket at \`/v1/stream\`; see [asyncapi.json](/asyncapi.json).`,
  socket: `One WebSocket for everything live; a JSON object a text frame. A client that offers the subprotocol \`tradesage.binary\` gets quotes and bars as binary frames instead (message \`prices\`); all else stays text.

The token comes in the \`Authorization\` header of the upgrade, or as the first message: \`{"type":"authenticate","token":"…"}\`. A later \`authenticate\` with a new token of the same tenant prolongs the connection.

Conflated channels send the newest of each symbol at once and then what changes; a client that reads slowly misses what was overtaken. Lossless channels send every event with its \`position\`: a \`subscribe\` with the last position as \`after\` continues behind it, from any position ever, without gap or repeat. To begin from a picture, read it over HTTP and subscribe with the \`tradesage-position\` of that answer as \`after\`.`,
} as const;
