import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export const signingKeyFile = (folder: string) => join(folder, "signing-key.jwk");
export const verificationKeysFile = (folder: string) => join(folder, "verification-keys.jwks");

const publicMembers = {
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
  kid: z.string().min(1).max(100),
  x: z.string().length(43),
};

/** An Ed25519 public key as a JWK (RFC 8037 §2). Strict, so that a private key cannot be published by mistake. */
export const VerificationKey = z.strictObject(publicMembers);
export type VerificationKey = z.output<typeof VerificationKey>;

const VerificationKeys = z.strictObject({ keys: z.array(VerificationKey).min(1) });

export const SigningKey = z.strictObject({ ...publicMembers, d: z.string().length(43) });
export type SigningKey = z.output<typeof SigningKey>;

export const readSigningKey = (folder: string) => readJson(signingKeyFile(folder), SigningKey);
export const readVerificationKeys = (folder: string) => readJson(verificationKeysFile(folder), VerificationKeys);

/** Never quotes the file's content: it is a secret. */
async function readJson<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`cannot read the key file ${path}`, { cause });
  });
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`${path} does not hold Ed25519 keys as this product writes them`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
