import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import {
  readSigningKey,
  readVerificationKeys,
  SigningKey,
  signingKeyFile,
  VerificationKey,
  verificationKeysFile,
} from "./key-files.ts";
import { writeOnce } from "./write-once.ts";

/** Development keys carry a mark in their id; production refuses to start with them. */
export type KeyPurpose = "development" | "production";

export const developmentMark = "development-";

/**
 * Makes sure that `folder` (created with mode 0700) holds `signing-key.jwk` (0600) and `verification-keys.jwks`.
 * Keys that are there stay; safe to call again, after a crash half-way, and from several processes at once.
 * Verification keys of earlier signing keys are kept, so that tokens signed by those stay valid.
 */
export async function createSigningKeys(folder: string, purpose: KeyPurpose = "development"): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeOnce(signingKeyFile(folder), JSON.stringify(await newSigningKey(purpose)));
  const { d: _, ...published } = await readSigningKey(folder);
  await publish(folder, VerificationKey.parse(published));
}

async function newSigningKey(purpose: KeyPurpose): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(privateKey);
  const thumbprint = await calculateJwkThumbprint(jwk);
  const kid = purpose === "development" ? `${developmentMark}${thumbprint}` : thumbprint;
  return SigningKey.parse({ ...jwk, alg: "EdDSA", use: "sig", kid });
}

async function publish(folder: string, key: VerificationKey): Promise<void> {
  const { keys } = await readVerificationKeys(folder).catch((error: unknown) => {
    if (isMissing(error)) return { keys: [] };
    throw error;
  });
  if (keys.some(({ kid }) => kid === key.kid)) return;
  const draft = `${verificationKeysFile(folder)}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify({ keys: [key, ...keys] }, undefined, 2), { mode: 0o644, flush: true });
  await rename(draft, verificationKeysFile(folder));
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === "ENOENT";
}
