import { PLATFORM, refuse, type TenantId } from "@tradesage/contracts";
import type { Verifier } from "@tradesage/secrets";

/** Whose ticks a terminal brings: only its token says so. */
interface Admitted {
  readonly tenant: TenantId;
  readonly expiresAt: number;
}

export type Admit = (authorization: string) => Promise<Admitted>;

const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Whether an Authorization header brings a token at all (RFC 6750 section 2.1). */
export const isBearer = (authorization: string): boolean => bearer.test(authorization);

/** Lets in who brings a tenant's token with the role `terminal`. Refuses UNAUTHENTICATED, FORBIDDEN. */
export const createAdmission =
  (verifier: Verifier): Admit =>
  async (authorization) => {
    const [, token = ""] = bearer.exec(authorization) ?? [];
    const { tenant, roles } = await verifier.verify(token);
    if (tenant === PLATFORM || !roles.includes("terminal"))
      return refuse("FORBIDDEN", "This needs a token of a tenant with the role terminal");
    return { tenant, expiresAt: expiryOf(token) };
  };

/** `exp` of a token that was verified (RFC 7519 section 4.1.4: seconds). */
function expiryOf(token: string): number {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return claims.exp * 1000;
}
