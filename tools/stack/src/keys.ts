import { createMasterKey, createSigningKeys } from "@tradesage/secrets";
import type { Layout } from "./layout.ts";
import { StackError } from "./stack-error.ts";

/**
 * The folder of the keys that sign and verify tokens: the one named by `TRADESAGE_KEYS`, else the stack's own, where they
 * are made when they are missing. Production is never given keys that were made on the way.
 */
export async function keysFolder(layout: Layout, environment: NodeJS.ProcessEnv): Promise<string> {
  const given = environment["TRADESAGE_KEYS"];
  if (given) return given;
  if (environment["TRADESAGE_ENV"] === "production") {
    throw new StackError("KEYS_MISSING", "In production TRADESAGE_KEYS must name the folder of the keys.");
  }
  await createSigningKeys(layout.keys);
  await createMasterKey(layout.keys);
  return layout.keys;
}
