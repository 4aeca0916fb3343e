import { hkdfSync, randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TenantId } from "@tradesage/contracts";
import { z } from "zod";
import type { KeyPurpose } from "./create-signing-keys.ts";
import { writeOnce } from "./write-once.ts";

export const masterKeyFile = (folder: string) => join(folder, "master-key.json");

const MasterKey = z.strictObject({
  purpose: z.enum(["development", "production"]),
  /** 32 random bytes. Whoever has them can read every backup; without them nobody can. */
  key: z.base64url().length(43),
});

/** The keys of tenants: what is theirs alone is sealed with them. */
export interface TenantKeys {
  /** 32 bytes, the same at every call. */
  backupKeyOf(tenant: TenantId): Buffer;
}

/** Makes sure that `folder` holds `master-key.json` (0600). A key that is there stays. */
export async function createMasterKey(folder: string, purpose: KeyPurpose = "development"): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(32).toString("base64url");
  await writeOnce(masterKeyFile(folder), JSON.stringify({ purpose, key } satisfies z.output<typeof MasterKey>));
}

/**
 * Each tenant's keys, derived from the master key (HKDF, RFC 5869), so that the master key is all that a restore needs.
 * Throws where the file is missing or not what `createMasterKey` writes; never quotes it.
 */
export async function loadTenantKeys(folder: string): Promise<TenantKeys> {
  const { key } = await readMasterKey(folder);
  const master = Buffer.from(key, "base64url");
  return {
    backupKeyOf: (tenant) => Buffer.from(hkdfSync("sha256", master, "", `tradesage backups of ${tenant}`, 32)),
  };
}

/** Why the master key in `folder` must not be used in production, a sentence each. */
export async function masterKeyProblems(folder: string): Promise<string[]> {
  try {
    const { purpose } = await readMasterKey(folder);
    return purpose === "development" ? [`${masterKeyFile(folder)} is a development key`] : [];
  } catch (error) {
    return [(error as Error).message];
  }
}

async function readMasterKey(folder: string): Promise<z.output<typeof MasterKey>> {
  const path = masterKeyFile(folder);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`cannot read the key file ${path}`, { cause });
  });
  try {
    return MasterKey.parse(JSON.parse(text));
  } catch {
    throw new Error(`${path} does not hold a master key as this product writes it`);
  }
}
