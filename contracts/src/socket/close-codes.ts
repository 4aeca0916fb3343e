import type { RefusalCode } from "../refusals.ts";

/** Why the server closes a connection (RFC 6455 7.4.2: 4000 to 4999 are for applications). The close reason is the code. */
export const closeCodes = {
  1001: { reason: "GOING_AWAY", meaning: "The gateway stops. Connect again and resume." },
  1009: { reason: "", meaning: "A frame was too large." },
  4400: { reason: "INVALID_INPUT", meaning: "A frame was not JSON text." },
  4401: { reason: "UNAUTHENTICATED", meaning: "No valid token in time, or the token has expired." },
  4403: { reason: "FORBIDDEN", meaning: "The token's tenant or roles do not allow this socket." },
  4408: { reason: "CLIENT_TOO_SLOW", meaning: "The client did not read what was sent for too long." },
  4429: { reason: "RATE_LIMITED", meaning: "The client sent too many messages." },
  4503: { reason: "UNAVAILABLE", meaning: "A part that this needs is not available. Connect again later and resume." },
} as const satisfies Record<number, { reason: RefusalCode | "GOING_AWAY" | ""; meaning: string }>;

export type CloseCode = keyof typeof closeCodes;
