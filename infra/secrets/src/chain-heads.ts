import { ChainHead, canonicalJson } from "@tradesage/contracts";
import { type CompactJWSHeaderParameters, CompactSign, compactVerify, importJWK } from "jose";
import { readSigningKey, readVerificationKeys } from "./key-files.ts";

/** Never to be taken for a token: those have another `typ`. */
const profile = { alg: "EdDSA", typ: "tradesage-chain-head" } as const;

export interface HeadSigner {
  /** The head as a JWS in compact form (RFC 7515), signed with Ed25519 (RFC 8037). */
  sign(head: ChainHead): Promise<string>;
}

/** Reads `signing-key.jwk`. Throws an Error that names the file if it is missing or not ours. */
export async function loadHeadSigner(folder: string): Promise<HeadSigner> {
  const jwk = await readSigningKey(folder);
  const key = await importJWK(jwk, profile.alg);
  return {
    sign: ({ tenantId, upTo, head }) =>
      new CompactSign(Buffer.from(canonicalJson({ tenantId, upTo, head })))
        .setProtectedHeader({ ...profile, kid: jwk.kid })
        .sign(key),
  };
}

export interface HeadVerifier {
  /** The head that was signed; `undefined` for what is not signed by us. */
  verify(signature: string): Promise<ChainHead | undefined>;
}

/** Reads `verification-keys.jwks`. Throws an Error that names the file if it is missing or not ours. */
export async function loadHeadVerifier(folder: string): Promise<HeadVerifier> {
  const { keys } = await readVerificationKeys(folder);
  const byId = new Map(
    await Promise.all(keys.map(async (jwk) => [jwk.kid, await importJWK(jwk, profile.alg)] as const)),
  );
  const keyOf = ({ kid = "", typ }: CompactJWSHeaderParameters) => {
    const key = typ === profile.typ ? byId.get(kid) : undefined;
    if (!key) throw new Error("this is no head of a chain, or signed with a key that is not ours");
    return key;
  };
  return {
    async verify(signature) {
      try {
        const { payload } = await compactVerify(signature, keyOf, { algorithms: [profile.alg] });
        return ChainHead.parse(JSON.parse(Buffer.from(payload).toString()));
      } catch {
        return undefined;
      }
    },
  };
}
