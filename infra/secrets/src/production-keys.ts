import { stat } from "node:fs/promises";
import { developmentMark } from "./create-signing-keys.ts";
import { readSigningKey, readVerificationKeys, signingKeyFile, verificationKeysFile } from "./key-files.ts";
import { masterKeyFile, masterKeyProblems } from "./master-key.ts";

/**
 * Why the keys in `folder` must not be used in production, a sentence each; empty when they may.
 * The signing key may be absent (who only verifies needs none); if it is there, its file's mode must be 0600.
 */
export async function productionKeyProblems(folder: string): Promise<string[]> {
  return [
    ...(await problemsOfSigningKey(folder)),
    ...(await problemsOfVerificationKeys(folder)),
    ...(await problemsOfMasterKey(folder)),
  ];
}

/** Only who seals or opens what is a tenant's alone has it. */
async function problemsOfMasterKey(folder: string): Promise<string[]> {
  const isThere = await stat(masterKeyFile(folder)).then(
    () => true,
    () => false,
  );
  return isThere ? masterKeyProblems(folder) : [];
}

async function problemsOfSigningKey(folder: string): Promise<string[]> {
  const path = signingKeyFile(folder);
  const file = await stat(path).catch(() => undefined);
  if (!file) return [];
  const problems = [];
  if ((file.mode & 0o177) !== 0) problems.push(`${path} must have mode 0600`);
  try {
    if (isForDevelopment(await readSigningKey(folder))) problems.push(`${path} is a development key`);
  } catch (error) {
    problems.push(messageOf(error));
  }
  return problems;
}

async function problemsOfVerificationKeys(folder: string): Promise<string[]> {
  try {
    const { keys } = await readVerificationKeys(folder);
    return keys.some(isForDevelopment) ? [`${verificationKeysFile(folder)} accepts a development key`] : [];
  } catch (error) {
    return [messageOf(error)];
  }
}

const isForDevelopment = ({ kid }: { kid: string }) => kid.startsWith(developmentMark);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
