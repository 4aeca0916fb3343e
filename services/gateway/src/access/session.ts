import { PLATFORM, type Principal, type Role, refuse, type TenantId } from "@tradesage/contracts";
import { channels } from "@tradesage/contracts/socket";
import type { Verifier } from "@tradesage/secrets";
import type { TenantDirectory } from "./tenant-directory.ts";

/** Who is connected, and until when the token lets him. */
export interface Session {
  readonly principal: Principal;
  readonly expiresAt: Date;
}

export type Authenticate = (token: string) => Promise<Session>;

/** Tokens that are remembered; the one that came first goes first. */
const REMEMBERED = 10_000;

/** Verifies a token once and remembers it until it expires: checking a signature costs more than all else of a request. */
export function createAuthenticate(verifier: Verifier): Authenticate {
  const verified = new Map<string, Session>();
  return async (token) => {
    const known = verified.get(token);
    if (known !== undefined && known.expiresAt.getTime() > Date.now()) return known;
    const session = { principal: await verifier.verify(token), expiresAt: expiryOf(token) };
    verified.set(token, session);
    const [first] = verified.size > REMEMBERED ? verified.keys() : [];
    if (first !== undefined) verified.delete(first);
    return session;
  };
}

/** Lets in to the socket who can read there: a token of an active tenant with a role that some channel takes. */
export const createAdmission =
  (authenticate: Authenticate, tenants: TenantDirectory): Authenticate =>
  async (token) => {
    const session = await authenticate(token);
    authorise(
      session.principal,
      Object.values(channels).flatMap(({ roles }) => roles),
    );
    await tenants.requireActive(tenantOf(session.principal));
    return session;
  };

/** The token of an Authorization header (RFC 6750 §2.1). */
export function bearerOf(authorization: string): string {
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization) ?? [];
  return token ?? refuse("UNAUTHENTICATED", "Send the token as `Authorization: Bearer <token>`");
}

/**
 * Refuses who has none of the roles. `operator` counts in a token of the platform only, and the others in a token of
 * a tenant only, so that no token works on both sides of the wall.
 */
export function authorise({ tenant, roles }: Principal, allowed: readonly Role[]): void {
  const counts = (role: Role) => (role === "operator") === (tenant === PLATFORM);
  if (!roles.some((role) => counts(role) && allowed.includes(role)))
    refuse("FORBIDDEN", `This needs one of the roles ${allowed.join(", ")}`);
}

/** The tenant that a token works in. */
export const tenantOf = ({ tenant }: Principal): TenantId =>
  tenant === PLATFORM ? refuse("FORBIDDEN", "This needs a token of a tenant") : tenant;

/** `exp` of a token that was verified (RFC 7519 §4.1.4: seconds). */
function expiryOf(token: string): Date {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
  return new Date(claims.exp * 1000);
}
