import { z } from "zod";
import { TenantId } from "../ids.ts";
import { query } from "../messages.ts";

/** Names a key inside its tenant: what it is revoked by. */
export const TerminalKeyId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .meta({ id: "TerminalKeyId", description: "1 to 63 of a-z, 0-9 and -, beginning with a letter or digit" });
export type TerminalKeyId = z.output<typeof TerminalKeyId>;

/** SHA-256 of a key's whole text, in hexadecimal. The secret has 256 random bits, so no slower hash is needed. */
export const TerminalKeyDigest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: "TerminalKeyDigest", description: "SHA-256 of the key's text, in lower-case hexadecimal" });

const text = /^tsk\.([a-z][a-z0-9_]{2,30})\.([a-z0-9][a-z0-9-]{0,62})\.[A-Za-z0-9_-]{43}$/;

/** A key as a terminal bears it: whose it is, its name, and 32 random bytes in base64url. */
export const terminalKeyText = (tenantId: TenantId, keyId: TerminalKeyId, secret: string): string =>
  `tsk.${tenantId}.${keyId}.${secret}`;

/** Whose key it says to be, and its name; `undefined` where it is no key. Nothing is proven by that. */
export function parseTerminalKey(key: string): { tenantId: TenantId; keyId: TerminalKeyId } | undefined {
  const [, tenantId, keyId] = text.exec(key) ?? [];
  return tenantId === undefined || keyId === undefined ? undefined : { tenantId, keyId };
}

export const TerminalKeyView = z
  .object({
    keyId: TerminalKeyId,
    label: z.string().optional(),
    issuedAt: z.iso.datetime(),
    /** Absent while it opens the bridge. */
    revokedAt: z.iso.datetime().optional(),
  })
  .meta({ id: "TerminalKey" });
export type TerminalKeyView = z.output<typeof TerminalKeyView>;

export const terminalKeyQueries = {
  terminalKeys: query("terminalKeys", z.object({ tenantId: TenantId }), z.object({ items: z.array(TerminalKeyView) })),
} as const;
