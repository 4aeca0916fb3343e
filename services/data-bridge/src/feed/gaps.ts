import type { InstrumentSymbol, TenantId } from "@tradesage/contracts";

/** Where connections wanted to begin behind batches that never arrived. */
export interface Gaps {
  /** Whether the feed's last connection wanted to begin with the same batch; remembers this one. */
  isSame(tenant: TenantId, symbol: InstrumentSymbol, lineage: bigint, sequence: bigint): boolean;
}

/**
 * What is missing at the beginning of a connection may still be there, and have been overtaken: the terminal is sent away
 * once, and resumes in order. One that begins behind the same gap again has lost it.
 */
export function createGaps(): Gaps {
  const last = new Map<string, string>();
  return {
    isSame(tenant, symbol, lineage, sequence) {
      const feed = `${tenant} ${symbol}`;
      const gap = `${lineage} ${sequence}`;
      const isSame = last.get(feed) === gap;
      if (isSame) last.delete(feed);
      else last.set(feed, gap);
      return isSame;
    },
  };
}
