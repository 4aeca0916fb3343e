import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * A digest of the sources of modules and of all that they import by a relative path: what is folded by this code is only good
 * for this code. Nobody has to remember to raise a number (the decision on aggregate snapshots says why). A change of a comment changes it too,
 * which costs a fold. Node runs the sources as they are, so they are there.
 */
export function sourceVersion(...modules: readonly (string | URL)[]): string {
  const sources = new Map<string, string>();
  const visit = (file: URL): void => {
    if (sources.has(file.href)) return;
    const source = readFileSync(file, "utf8");
    sources.set(file.href, source);
    for (const [, path = ""] of source.matchAll(/\bfrom "(\.[^"]+)"/g)) visit(new URL(path, file));
  };
  for (const module of modules) visit(new URL(module));
  const digest = createHash("sha256");
  for (const source of [...sources.values()].sort()) digest.update(source).update("\0");
  return digest.digest("hex");
}
