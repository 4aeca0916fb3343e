import { socketLimits } from "@tradesage/contracts/socket";

/** How long the gateway is patient, in milliseconds. */
export interface Deadlines {
  /** In which the whole body of a request must arrive. */
  readonly bodyMs: number;
  /** In which a client of the socket must authenticate. */
  readonly authenticateMs: number;
  /** After which a client that was sent nothing is sent a heartbeat. */
  readonly heartbeatMs: number;
}

export const deadlines: Deadlines = {
  bodyMs: 5_000,
  authenticateMs: socketLimits.authenticateMs,
  heartbeatMs: socketLimits.heartbeatMs,
};
