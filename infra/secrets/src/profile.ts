/** What all our access tokens have in common (RFC 9068: JWT profile for access tokens; RFC 8037: Ed25519). */
export const tokenProfile = {
  alg: "EdDSA",
  typ: "at+jwt",
  issuer: "tradesage",
  audience: "tradesage",
  /** Seconds by which two machines' clocks may differ. */
  clockTolerance: 5,
  /** Characters; ours have about 500. */
  maxLength: 4096,
} as const;
