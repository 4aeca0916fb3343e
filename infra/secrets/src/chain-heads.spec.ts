import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSigningKeys, loadHeadSigner, loadHeadVerifier, loadSigner, loadVerifier } from "./index.ts";

async function keys(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "keys-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await createSigningKeys(folder);
  return folder;
}
const head = { tenantId: "acme", upTo: "42", head: "ab".repeat(32) };

test("a head that was signed is known again, and says what was signed", async () => {
  const folder = await keys();
  const signature = await (await loadHeadSigner(folder)).sign(head);
  expect(await (await loadHeadVerifier(folder)).verify(signature)).toEqual(head);
});

test("a head that was changed, or signed by another, is not ours", async () => {
  const folder = await keys();
  const signature = await (await loadHeadSigner(folder)).sign(head);
  const [protectedHeader, , proof] = signature.split(".");
  const payload = Buffer.from(JSON.stringify({ ...head, head: "cd".repeat(32) })).toString("base64url");
  const { verify } = await loadHeadVerifier(folder);
  expect(await verify([protectedHeader, payload, proof].join("."))).toBeUndefined();
  expect(await verify(await (await loadHeadSigner(await keys())).sign(head))).toBeUndefined();
  expect(await verify("nothing")).toBeUndefined();
});

test("a token is no head, and a head no token", async () => {
  const folder = await keys();
  const token = await (await loadSigner(folder)).sign({ subject: "ann", tenant: "acme", roles: ["viewer"] }, 60);
  expect(await (await loadHeadVerifier(folder)).verify(token)).toBeUndefined();
  const signature = await (await loadHeadSigner(folder)).sign(head);
  await expect((await loadVerifier(folder)).verify(signature)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
