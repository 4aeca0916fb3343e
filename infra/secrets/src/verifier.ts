import { Principal, Refused, refuse } from "@tradesage/contracts";
import { errors, importJWK, type JWTHeaderParameters, type JWTPayload, jwtVerify } from "jose";
import { readVerificationKeys } from "./key-files.ts";
import { tokenProfile } from "./profile.ts";

export interface Verifier {
  /** Who the token speaks for. Throws `Refused("UNAUTHENTICATED")` for whatever is not a valid token of ours. */
  verify(token: string): Promise<Principal>;
}

/** Reads `verification-keys.jwks`. Throws an Error that names the file if it is missing or not ours. */
export async function loadVerifier(folder: string): Promise<Verifier> {
  const { keys } = await readVerificationKeys(folder);
  const byId = new Map(
    await Promise.all(keys.map(async (jwk) => [jwk.kid, await importJWK(jwk, tokenProfile.alg)] as const)),
  );
  const keyOf = (header: JWTHeaderParameters) => byId.get(onlyKnownMembers(header)) ?? refuse("UNAUTHENTICATED");

  return {
    async verify(token) {
      if (token.length > tokenProfile.maxLength) refuse("UNAUTHENTICATED", "The token is too long");
      const { payload } = await jwtVerify(token, keyOf, rules).catch(refuseToken);
      return principalOf(payload);
    },
  };
}

/** jose checks none of these unless told to. */
const rules = {
  algorithms: [tokenProfile.alg],
  typ: tokenProfile.typ,
  issuer: tokenProfile.issuer,
  audience: tokenProfile.audience,
  clockTolerance: tokenProfile.clockTolerance,
  requiredClaims: ["sub", "iat", "exp", "jti"],
};

/** The key's id. Headers that bring or point to a key, or to rules (`jwk`, `jku`, `x5u`, `crit`), are refused unread. */
function onlyKnownMembers({ alg: _, typ: __, kid = "", ...others }: JWTHeaderParameters): string {
  if (Object.keys(others).length > 0) refuse("UNAUTHENTICATED");
  return kid;
}

function principalOf({ sub, tenant, roles }: JWTPayload): Principal {
  const principal = Principal.safeParse({ subject: sub, tenant, roles });
  return principal.success ? principal.data : refuse("UNAUTHENTICATED");
}

/** An expired token is worth a word; what else is wrong helps only who forges. */
function refuseToken(error: unknown): never {
  if (error instanceof errors.JWTExpired) refuse("UNAUTHENTICATED", "The token has expired");
  if (error instanceof Refused) throw error;
  if (error instanceof errors.JOSEError) refuse("UNAUTHENTICATED");
  throw error;
}
