import type { ChainHead } from "@tradesage/contracts";
import type { KeptEvent } from "@tradesage/event-store";
import { compareHistories } from "./compare-histories.ts";
import type { Finding } from "./finding.ts";
import type { Line } from "./read-lines.ts";
import { reconcile } from "./reconcile.ts";
import { verifyBackup } from "./verify-backup.ts";
import { type Verified, type VerifyStoreOptions, verifyStore } from "./verify-store.ts";

export interface VerifyBothOptions {
  /** The tenant's events behind a position. */
  readonly pages: (after?: bigint) => AsyncIterable<readonly KeptEvent[]>;
  readonly chain: Omit<VerifyStoreOptions, "pages">;
  /** What was backed up of them behind a position. */
  readonly lines: (after?: bigint) => AsyncIterable<Line>;
  /** The newest head of the store's chain that lies in what was backed up. */
  readonly head: Pick<ChainHead, "upTo" | "head"> | undefined;
}

export interface VerifiedBoth extends Verified {
  readonly findings: readonly Finding[];
  /** Up to here the two are proven to be the same by having the same head; what follows was compared event by event. */
  readonly sameUpTo: string | undefined;
}

/**
 * Finds what is wrong with a tenant's history in the store and in its backup, each alone and one against the other: where
 * both are intact and have one head in common, only what follows it can differ.
 */
export async function verifyBoth({ pages, chain, lines, head }: VerifyBothOptions): Promise<VerifiedBoth> {
  const findings: Finding[] = [];
  const verified = await collect(verifyStore({ ...chain, pages: pages() }), findings);
  let isCommon = false;
  async function* looking(): AsyncGenerator<Line> {
    for await (const line of lines()) {
      isCommon ||= line.told.position === head?.upTo && line.link === head.head;
      yield line;
    }
  }
  await collect(verifyBackup(looking()), findings);
  const sameUpTo = isCommon && findings.length === 0 ? head?.upTo : undefined;
  const after = sameUpTo === undefined ? undefined : BigInt(sameUpTo);
  const differences = await Array.fromAsync(compareHistories(pages(after), lines(after)));
  return { ...verified, findings: reconcile(findings, differences), sameUpTo };
}

/** Adds what is found to what was; gives what the search itself tells. */
export async function collect<Result>(from: AsyncGenerator<Finding, Result>, findings: Finding[]): Promise<Result> {
  for (;;) {
    const { done, value } = await from.next();
    if (done) return value;
    findings.push(value);
  }
}
