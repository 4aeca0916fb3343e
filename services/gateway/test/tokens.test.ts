import { createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PLATFORM } from "@tradesage/contracts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rig, startRig } from "./rig.ts";

let rig: Rig;
let key: KeyObject;
let kid: string;
let publicKeyText: string;

beforeAll(async () => {
  rig = await startRig();
  const jwk = JSON.parse(readFileSync(join(rig.keys, "signing-key.jwk"), "utf8"));
  key = createPrivateKey({ key: jwk, format: "jwk" });
  kid = jwk.kid;
  publicKeyText = readFileSync(join(rig.keys, "verification-keys.jwks"), "utf8");
  await rig.respond("query.projections.platform.tenants", () => ({ position: "1", answer: { items: [] } }));
});
afterAll(() => rig.close());

const now = () => Math.floor(Date.now() / 1000);
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const goodClaims = () => ({
  iss: "tradesage",
  aud: "tradesage",
  sub: "ann",
  jti: "1",
  iat: now(),
  exp: now() + 60,
  tenant: PLATFORM,
  roles: ["operator"],
});

function token(header: object = {}, claims: object = {}, signature?: (text: string) => string): string {
  const text = `${base64({ alg: "EdDSA", typ: "at+jwt", kid, ...header })}.${base64({ ...goodClaims(), ...claims })}`;
  const signed = signature ? signature(text) : sign(null, Buffer.from(text), key).toString("base64url");
  return `${text}.${signed}`;
}
const ask = (authorization?: string) =>
  fetch(`${rig.url}/v1/tenants`, { headers: authorization === undefined ? {} : { authorization } });

test("a token as it should be opens the door", async () => {
  expect((await ask(`Bearer ${token()}`)).status).toBe(200);
});

describe("the door stays shut for", () => {
  test.each<[string, () => string | undefined]>([
    ["no token", () => undefined],
    ["another scheme", () => "Basic YW5uOnB3"],
    ["an empty token", () => "Bearer "],
    ["no token at all in the right place", () => "Bearer not-a-token"],
    ["alg none", () => `Bearer ${token({ alg: "none" }, {}, () => "")}`],
    [
      "HS256 with the public key",
      () =>
        `Bearer ${token({ alg: "HS256" }, {}, (text) => createHmac("sha256", publicKeyText).update(text).digest("base64url"))}`,
    ],
    [
      "a stranger's signature",
      () =>
        `Bearer ${token({}, {}, (text) => sign(null, Buffer.from(text), generateKeyPairSync("ed25519").privateKey).toString("base64url"))}`,
    ],
    ["a key that comes with the token", () => `Bearer ${token({ jwk: { kty: "OKP" } })}`],
    ["a key from elsewhere", () => `Bearer ${token({ jku: "https://evil.example.com/keys" })}`],
    ["a kid that is a path", () => `Bearer ${token({ kid: "../../etc/passwd" })}`],
    ["another type", () => `Bearer ${token({ typ: "JWT" })}`],
    ["another issuer", () => `Bearer ${token({}, { iss: "evil" })}`],
    ["another audience", () => `Bearer ${token({}, { aud: "evil" })}`],
    ["an expired token", () => `Bearer ${token({}, { iat: now() - 100, exp: now() - 60 })}`],
    ["a token that never expires", () => `Bearer ${token({}, { exp: undefined })}`],
    ["a token of nobody", () => `Bearer ${token({}, { sub: undefined })}`],
    ["roles that are not ours", () => `Bearer ${token({}, { roles: ["root"] })}`],
    ["a tenant with a wildcard", () => `Bearer ${token({}, { tenant: "ac>me" })}`],
  ])("%s", async (_, authorization) => {
    const answer = await ask(authorization());
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
    expect(await answer.json()).toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
