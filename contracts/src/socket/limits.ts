/** What the socket allows one connection. */
export const socketLimits = {
  /** A first message must authenticate within this. */
  authenticateMs: 5_000,
  /** Of one frame from the client, in bytes. */
  frameBytes: 16_384,
  subscriptions: 64,
  symbolsPerSubscription: 200,
  /** Messages from the client: a burst of this many, refilled at so many a second. */
  messageBurst: 60,
  messagesPerSecond: 20,
  /** Silence of the server is never longer. */
  heartbeatMs: 15_000,
  /** A client that reads nothing is told after this, and closed after three times as long. */
  slowMs: 10_000,
} as const;
