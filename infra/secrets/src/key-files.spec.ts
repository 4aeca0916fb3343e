import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSigningKeys, loadSigner, loadVerifier, productionKeyProblems } from "./index.ts";

async function emptyFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), "keys-"));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, "keys");
}

const signingKey = (folder: string) => join(folder, "signing-key.jwk");
const verificationKeys = (folder: string) => join(folder, "verification-keys.jwks");
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

test("the signing key is for its owner's eyes only", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder);
  expect([await mode(folder), await mode(signingKey(folder))]).toEqual(["700", "600"]);
});

test("keys that are there stay, however often and from wherever they are asked for", async () => {
  const folder = await emptyFolder();
  await Promise.all(Array.from({ length: 5 }, () => createSigningKeys(folder)));
  const first = await readFile(signingKey(folder), "utf8");
  await createSigningKeys(folder);
  expect(await readFile(signingKey(folder), "utf8")).toBe(first);
  expect((await readdir(folder)).toSorted()).toEqual(["signing-key.jwk", "verification-keys.jwks"]);
});

test("verification keys that a crash has left out are made up for", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder);
  await rm(verificationKeys(folder));
  await createSigningKeys(folder);
  const token = await (await loadSigner(folder)).sign({ subject: "a", tenant: "acme", roles: ["viewer"] }, 60);
  await expect((await loadVerifier(folder)).verify(token)).resolves.toMatchObject({ subject: "a" });
});

test("keys that are missing or damaged are told by their path, never by their content", async () => {
  const folder = await emptyFolder();
  await expect(loadSigner(folder)).rejects.toThrow(signingKey(folder));
  await createSigningKeys(folder);
  await writeFile(signingKey(folder), `{"d":"a-secret"`);
  const failure = await loadSigner(folder).catch(String);
  expect(failure).toContain(signingKey(folder));
  expect(failure).not.toContain("a-secret");
});

test("a private key among the verification keys is refused", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder);
  const secret: unknown = JSON.parse(await readFile(signingKey(folder), "utf8"));
  await writeFile(verificationKeys(folder), JSON.stringify({ keys: [secret] }));
  await expect(loadVerifier(folder)).rejects.toThrow(verificationKeys(folder));
});

test("keys made for production may be used there, also by who only verifies", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder, "production");
  expect(await productionKeyProblems(folder)).toEqual([]);
  await rm(signingKey(folder));
  expect(await productionKeyProblems(folder)).toEqual([]);
});

test("development keys may not be used in production", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder);
  expect(await productionKeyProblems(folder)).toEqual([
    `${signingKey(folder)} is a development key`,
    `${verificationKeys(folder)} accepts a development key`,
  ]);
});

test("a signing key that others can read may not be used in production", async () => {
  const folder = await emptyFolder();
  await createSigningKeys(folder, "production");
  await chmod(signingKey(folder), 0o640);
  expect(await productionKeyProblems(folder)).toEqual([`${signingKey(folder)} must have mode 0600`]);
});

test("a folder without keys may not be used in production", async () => {
  const problems = await productionKeyProblems(await emptyFolder());
  expect(problems).toHaveLength(1);
});
