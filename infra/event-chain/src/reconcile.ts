import type { Finding } from "./finding.ts";

/**
 * What two histories tell of themselves, and what they differ in, each fault told once: a difference that the backup's
 * own chain explains is the backup's, and gives its name to an event that is missing there; any other is the store's.
 */
export function reconcile(alone: readonly Finding[], differences: readonly Finding[]): readonly Finding[] {
  const known = new Set(
    alone.flatMap((one) => (one.where === "backup" && one.kind === "missing" ? [] : [one.position])),
  );
  const missing = new Set(
    alone.flatMap((one) => (one.where === "backup" && one.kind === "missing" ? [nameOf(one)] : [])),
  );
  const unnamed = alone.filter(({ stream, kind }) => stream === undefined && kind === "missing");
  const named = new Map<Finding, Finding>();
  const left = differences.filter((difference) => {
    if (known.has(difference.position) || missing.has(nameOf(difference))) return false;
    const [next] = difference.kind === "inserted" ? unnamed.splice(0, 1) : [];
    if (next) named.set(next, { ...difference, where: "backup", kind: "missing" });
    return next === undefined;
  });
  return [...alone.map((one) => named.get(one) ?? one), ...left];
}

const nameOf = ({ stream, revision }: Finding) => `${stream}#${revision}`;
