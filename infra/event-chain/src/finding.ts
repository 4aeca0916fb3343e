/** What is wrong with a history, and where: named as exactly as what is left of it allows. */
export interface Finding {
  readonly where: "store" | "backup";
  /** `record`: what is kept of the chain itself was changed, or is missing. */
  readonly kind: "changed" | "missing" | "inserted" | "record";
  /** Where it stands, or would. Of one that is missing from a backup: where the next one stands. */
  readonly position: string;
  readonly stream?: string;
  readonly revision?: string;
  readonly type?: string;
}

interface Named {
  readonly position: string | bigint;
  readonly stream: string;
  readonly revision: string | bigint;
  readonly type?: string;
}

export const finding = (
  where: Finding["where"],
  kind: Finding["kind"],
  { position, stream, revision, type }: Named,
): Finding => ({
  ...{ where, kind, position: String(position), stream, revision: String(revision) },
  ...(type !== undefined && { type }),
});
