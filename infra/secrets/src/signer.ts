import { randomUUID } from "node:crypto";
import type { Principal } from "@tradesage/contracts";
import { importJWK, SignJWT } from "jose";
import { readSigningKey } from "./key-files.ts";
import { tokenProfile } from "./profile.ts";

/** Whom a token speaks for. */
export type TokenClaims = Principal;

export interface Signer {
  /** A signed token (JWS in compact form) that is valid from now for `ttlSeconds`. */
  sign(claims: TokenClaims, ttlSeconds: number): Promise<string>;
}

/** Reads `signing-key.jwk`. Throws an Error that names the file if it is missing or not ours. */
export async function loadSigner(folder: string): Promise<Signer> {
  const jwk = await readSigningKey(folder);
  const key = await importJWK(jwk, tokenProfile.alg);
  return {
    sign({ subject, tenant, roles }, ttlSeconds) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ tenant, roles })
        .setProtectedHeader({ alg: tokenProfile.alg, typ: tokenProfile.typ, kid: jwk.kid })
        .setIssuer(tokenProfile.issuer)
        .setAudience(tokenProfile.audience)
        .setSubject(subject)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + ttlSeconds)
        .sign(key);
    },
  };
}
