import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSigningKeys, loadSigner, loadVerifier, type Signer, type Verifier } from "./index.ts";
import { readSigningKey, type SigningKey } from "./key-files.ts";

const trader = { subject: "ann", tenant: "acme", roles: ["trader"] } as const;
const principal = { ...trader, roles: [...trader.roles] };

let folder: string;
let signer: Signer;
let verifier: Verifier;
let jwk: SigningKey;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keys-"));
  await createSigningKeys(folder);
  [signer, verifier, jwk] = [await loadSigner(folder), await loadVerifier(folder), await readSigningKey(folder)];
});
afterAll(() => rm(folder, { recursive: true }));

const seconds = () => Math.floor(Date.now() / 1000);
const goodHeader = () => ({ alg: "EdDSA", typ: "at+jwt", kid: jwk.kid });
const goodClaims = (): JWTPayload => ({
  iss: "tradesage",
  aud: "tradesage",
  sub: "ann",
  tenant: "acme",
  roles: ["trader"],
  jti: "1",
  iat: seconds(),
  exp: seconds() + 60,
});

/** Signed with our key, but with a header or claims that are not ours. */
async function forged(header: object = {}, claims: object = {}): Promise<string> {
  return new SignJWT({ ...goodClaims(), ...claims })
    .setProtectedHeader({ ...goodHeader(), ...header })
    .sign(await importJWK(jwk, "EdDSA"), { crit: { "urn:ours": true } });
}

const refused = { name: "Refused", code: "UNAUTHENTICATED" };

describe("a token of ours", () => {
  test("says for whom it speaks", async () => {
    await expect(verifier.verify(await signer.sign(principal, 60))).resolves.toEqual(trader);
  });

  test("may speak for an operator of the platform", async () => {
    const operator = { subject: "ops", tenant: "platform", roles: ["operator"] } as const;
    const token = await signer.sign({ ...operator, roles: [...operator.roles] }, 60);
    await expect(verifier.verify(token)).resolves.toEqual(operator);
  });

  test("is no longer good after its time, and says so", async () => {
    const token = await signer.sign(principal, -10);
    await expect(verifier.verify(token)).rejects.toMatchObject({ ...refused, message: "The token has expired" });
  });

  test("is good while the clocks of two machines differ a little", async () => {
    await expect(verifier.verify(await signer.sign(principal, -2))).resolves.toEqual(trader);
  });

  test("is not the same as the next one for the same bearer", async () => {
    expect(await signer.sign(principal, 60)).not.toBe(await signer.sign(principal, 60));
  });

  test("stays good after the signing key was replaced", async () => {
    const old = await signer.sign(principal, 60);
    await rm(join(folder, "signing-key.jwk"));
    await createSigningKeys(folder);
    const [newSigner, newVerifier] = [await loadSigner(folder), await loadVerifier(folder)];
    await expect(newVerifier.verify(old)).resolves.toEqual(trader);
    await expect(newVerifier.verify(await newSigner.sign(principal, 60))).resolves.toEqual(trader);
    await expect(verifier.verify(await newSigner.sign(principal, 60))).rejects.toMatchObject(refused);
  });
});

describe("refused is", () => {
  test("not the token that all the others here are altered from", async () => {
    await expect(verifier.verify(await forged())).resolves.toEqual(trader);
  });

  test.each<[string, object]>([
    ["a token for another audience", { aud: "elsewhere" }],
    ["a token of another issuer", { iss: "elsewhere" }],
    ["a token without an end", { exp: undefined }],
    ["a token without an audience", { aud: undefined }],
    ["a token without an issuer", { iss: undefined }],
    ["a token without a subject", { sub: undefined }],
    ["a token without an id", { jti: undefined }],
    ["a token without a beginning", { iat: undefined }],
    ["a token that is not valid yet", { nbf: 4_000_000_000 }],
    ["a token whose end is not a number", { exp: "never" }],
    ["a token without a tenant", { tenant: undefined }],
    ["a token of a tenant that cannot be", { tenant: "acme.*" }],
    ["a token of all tenants", { tenant: "all" }],
    ["a token without roles", { roles: [] }],
    ["a token with a role that is not known", { roles: ["trader", "root"] }],
  ])("%s", async (_, claims) => {
    await expect(verifier.verify(await forged({}, claims))).rejects.toMatchObject(refused);
  });

  test.each<[string, object]>([
    ["a token of another type", { typ: "JWT" }],
    ["a token without a type", { typ: undefined }],
    ["a token without a key's id", { kid: undefined }],
    ["a key's id that is a path", { kid: "../../../../etc/passwd" }],
    ["a key's id that is a member of every object", { kid: "__proto__" }],
    ["a token that points to its key", { jku: "https://evil.example/keys.jwks" }],
    ["a token that points to its certificate", { x5u: "https://evil.example/cert.pem" }],
    ["a token with rules of its own", { crit: ["urn:ours"], "urn:ours": true }],
  ])("%s", async (_, header) => {
    await expect(verifier.verify(await forged(header))).rejects.toMatchObject(refused);
  });

  test("a token that brings its own key", async () => {
    const { privateKey, publicKey } = await generateKeyPair("EdDSA");
    for (const kid of [jwk.kid, "mine"]) {
      const header = { ...goodHeader(), kid, jwk: await exportJWK(publicKey) };
      const token = await new SignJWT(goodClaims()).setProtectedHeader(header).sign(privateKey);
      await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    }
  });

  test("a token signed by a stranger's key under our key's id", async () => {
    const { privateKey } = await generateKeyPair("EdDSA");
    const token = await new SignJWT(goodClaims()).setProtectedHeader(goodHeader()).sign(privateKey);
    await expect(verifier.verify(token)).rejects.toMatchObject(refused);
  });

  test("a token that is not signed", async () => {
    const claims = Buffer.from(JSON.stringify(goodClaims())).toString("base64url");
    const header = Buffer.from(JSON.stringify({ ...goodHeader(), alg: "none" })).toString("base64url");
    await expect(verifier.verify(`${header}.${claims}.`)).rejects.toMatchObject(refused);
    await expect(verifier.verify(new UnsecuredJWT(goodClaims()).encode())).rejects.toMatchObject(refused);
  });

  test("a token whose signature is a hash made with our public key", async () => {
    const published = createPublicKey(createPrivateKey({ key: jwk, format: "jwk" }));
    for (const secret of [
      published.export({ format: "pem", type: "spki" }),
      published.export({ format: "der", type: "spki" }),
      jwk.x,
    ]) {
      const header = { ...goodHeader(), alg: "HS256" };
      const token = await new SignJWT(goodClaims()).setProtectedHeader(header).sign(Buffer.from(secret));
      await expect(verifier.verify(token)).rejects.toMatchObject(refused);
    }
  });

  test("a token that was altered after it was signed", async () => {
    const [header, , signature] = (await forged()).split(".");
    const claims = Buffer.from(JSON.stringify({ ...goodClaims(), roles: ["operator"] })).toString("base64url");
    await expect(verifier.verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject(refused);
  });

  test("a huge token, before it is looked into", async () => {
    const token = await forged({}, { padding: "x".repeat(100_000) });
    await expect(verifier.verify(token)).rejects.toMatchObject({ ...refused, message: "The token is too long" });
  });

  test.each(["", ".", "..", "a.b.c", "Bearer x", "{}", "e30.e30.e30", "\0.\0.\0", "a.b.c.d.e"])(
    "what is no token at all: %j",
    async (text) => {
      await expect(verifier.verify(text)).rejects.toMatchObject(refused);
    },
  );
});

test("what is refused says nothing of our keys", async () => {
  const published = await readFile(join(folder, "verification-keys.jwks"), "utf8");
  const reason = await verifier.verify(await forged({ kid: "other" })).catch(String);
  expect(reason).toBe("Refused: A valid token is needed");
  expect(published).not.toContain('"d"');
});
