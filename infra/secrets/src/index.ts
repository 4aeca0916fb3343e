export { type HeadSigner, type HeadVerifier, loadHeadSigner, loadHeadVerifier } from "./chain-heads.ts";
export { createSigningKeys, type KeyPurpose } from "./create-signing-keys.ts";
export { createMasterKey, loadTenantKeys, type TenantKeys } from "./master-key.ts";
export { productionKeyProblems } from "./production-keys.ts";
export { loadSigner, type Signer, type TokenClaims } from "./signer.ts";
export { loadVerifier, type Verifier } from "./verifier.ts";
