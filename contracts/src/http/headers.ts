/** Header names of the API, in lower case as HTTP/2 writes them. */
export const headers = {
  /** Asked with a command: what the client calls its intention (draft-ietf-httpapi-idempotency-key-header). */
  idempotencyKey: "idempotency-key",
  /** Asked with a query: answer only once the read model has passed this position. The parameter `after` does the same. */
  after: "tradesage-after",
  /** Answered: how far the history was when this was true. */
  position: "tradesage-position",
  /** Asked and answered: names the request in logs, events and problems. */
  requestId: "x-request-id",
} as const;

/** The query parameter that does what `headers.after` does. */
export const AFTER_PARAMETER = "after";
