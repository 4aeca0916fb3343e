import { type TenantId, type TerminalKeyId, terminalKeyText } from "@tradesage/contracts";
import type { Api } from "./http.ts";

const SECRET_BYTES = 32;

/**
 * Makes a terminal key, has the tenant know it by its digest, and resolves to its text: keep it, nobody else has it.
 * @param api with a token of an operator, or of an administrator of the tenant
 * @throws Refused TERMINAL_KEY_EXISTS, TENANT_NOT_FOUND, TENANT_NOT_ACTIVE
 */
export async function issueTerminalKey(
  api: Api,
  { tenantId, keyId, label }: { tenantId: TenantId; keyId: TerminalKeyId; label?: string | undefined },
): Promise<string> {
  const key = terminalKeyText(tenantId, keyId, base64url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))));
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key))));
  await api.call("issueTerminalKey", { tenantId, keyId, digest, ...(label !== undefined && { label }) });
  return key;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
